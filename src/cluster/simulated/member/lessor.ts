import type { Bugs } from "../bugs.js";
import type { Timer } from "../scheduler.js";
import type { Command } from "../store/command.js";

/** What the lessor asks of a store. */
export interface LeasedStore {
  /** By id. Seconds. */
  readonly leases: ReadonlyMap<string, GrantedLease>;
}

export interface GrantedLease {
  readonly ttl: number;
}

export interface LessorOptions {
  readonly store: () => LeasedStore;
  /** The member's own monotonic clock. */
  readonly nowMs: () => number;
  readonly after: (ms: number, act: () => void) => Timer;
  readonly propose: (command: Command) => void;
  readonly bugs: Bugs;
}

const checkMs = 500;
/** A new leader adds an election timeout to each lease, for it may not have heard of a renewal. */
const promotionMs = 1_000;
/** A revocation that was proposed and has not come through is proposed again after so long. */
const proposeAgainMs = 3_000;

interface Term {
  /** A lease that was revoked and granted again by the same id is another one. */
  readonly lease: GrantedLease;
  readonly endsMs: number;
  /** No revocation is proposed before. */
  readonly retryMs: number;
}

/**
 * The part of leases that only the leader does: time. It is not in the log, so a new leader knows
 * nothing of what the old one counted, and gives every lease its whole time anew.
 */
export class Lessor {
  readonly #options: LessorOptions;
  readonly #terms = new Map<string, Term>();
  #isLeading = false;
  #timer: Timer | undefined;

  constructor(options: LessorOptions) {
    this.#options = options;
  }

  /** This member has become the leader. */
  lead(): void {
    this.follow();
    this.#isLeading = true;
    for (const [id, lease] of this.#options.store().leases) this.#begin(id, lease, promotionMs);
    this.#checkLater();
  }

  follow(): void {
    this.#isLeading = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#terms.clear();
  }

  /** Leases may have been granted or revoked. */
  storeChanged(): void {
    if (!this.#isLeading) return;
    const { leases } = this.#options.store();
    for (const [id, term] of this.#terms) if (!leases.has(id)) this.#forget(id, term);
    for (const [id, lease] of leases) {
      if (this.#terms.get(id)?.lease !== lease) this.#begin(id, lease, 0);
    }
  }

  /** The granted time in seconds. Undefined: there is no such lease (any more), or no lead. */
  renew(id: string): number | undefined {
    const term = this.#terms.get(id);
    if (!term || this.#isOver(term)) return undefined;
    this.#begin(id, term.lease, 0);
    return term.lease.ttl;
  }

  /** Seconds that are left. Undefined: there is no such lease (any more), or no lead. */
  remaining(id: string): number | undefined {
    const term = this.#terms.get(id);
    if (!term) return undefined;
    return Math.max(0, term.endsMs - this.#options.nowMs()) / 1_000;
  }

  close(): void {
    this.follow();
  }

  #begin(id: string, lease: GrantedLease, extraMs: number): void {
    const endsMs = this.#options.nowMs() + lease.ttl * 1_000 + extraMs;
    this.#terms.set(id, { lease, endsMs, retryMs: 0 });
  }

  #forget(id: string, term: Term): void {
    // bug dead-lease-renewed: it is kept, as one whose time is never over
    if (this.#options.bugs.has("dead-lease-renewed")) {
      this.#terms.set(id, { ...term, endsMs: Infinity });
    } else this.#terms.delete(id);
  }

  #isOver({ lease, endsMs }: Term): boolean {
    const { bugs, nowMs } = this.#options;
    // bug lease-expires-early: half of the time is taken for the whole
    const earlyMs = bugs.has("lease-expires-early") ? lease.ttl * 500 : 0;
    return nowMs() >= endsMs - earlyMs;
  }

  #checkLater(): void {
    this.#timer = this.#options.after(checkMs, () => {
      this.#check();
    });
  }

  #check(): void {
    const { nowMs, propose } = this.#options;
    const over = [...this.#terms].filter(
      ([, term]) => this.#isOver(term) && nowMs() >= term.retryMs,
    );
    this.#checkLater();
    for (const [id, term] of over) {
      this.#terms.set(id, { ...term, retryMs: nowMs() + proposeAgainMs });
      propose({ type: "lease-revoke", id });
    }
  }
}
