import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import type { KeptLeases } from "./lease-rules.js";

/** What a thread knows of a lease of its own. Times are seconds of the run. */
export interface OwnLease {
  readonly id: string;
  readonly kind: "short" | "kept";
  readonly ttl: number;
  /** Doubtful: whether it was granted, or whether it is revoked, is not known. */
  state: "asked" | "live" | "doubtful" | "ended";
  keys: string[];
  readonly askedAt: number;
  /** Of a kept one: when it is to be renewed, how soon again, and when it is to be revoked. */
  dueAt: number;
  readonly every: number;
  readonly endsAt: number;
  endedAt?: number;
}

/** So many that are over are remembered. */
const mostEnded = 12;
/** Of a lease whose time is over by far it is not even asked any more. */
const longOverSeconds = 60;

/** A thread's own leases and keys, as far as its answers told. A key of which it is not sure is no more. */
export class LeaseDesk {
  readonly #shared: KeptLeases;
  readonly #leases = new Map<string, OwnLease>();
  #detached: string[] = [];

  constructor(shared: KeptLeases) {
    this.#shared = shared;
  }

  get detached(): readonly string[] {
    return this.#detached;
  }

  all(): OwnLease[] {
    return [...this.#leases.values()];
  }

  live(kind: OwnLease["kind"]): OwnLease[] {
    return this.all().filter((lease) => lease.kind === kind && lease.state === "live");
  }

  doubtful(): OwnLease[] {
    return this.all().filter(({ state }) => state === "doubtful");
  }

  /** Not known to be over, though their time is. */
  fading(now: number): OwnLease[] {
    return this.all().filter(
      ({ state, kind, askedAt, ttl }) =>
        state === "doubtful" || (state === "live" && kind === "short" && now > askedAt + ttl),
    );
  }

  endedBefore(time: number): OwnLease[] {
    return this.all().filter(({ endedAt }) => endedAt !== undefined && endedAt <= time);
  }

  attached(): string[] {
    return this.all().flatMap(({ state, keys }) => (state === "live" ? keys : []));
  }

  has(id: string): boolean {
    return this.#leases.has(id);
  }

  add(lease: OwnLease): void {
    this.#leases.set(lease.id, lease);
  }

  /** Until it is known where the key is now. */
  forget(key: string): void {
    this.#detached = this.#detached.filter((other) => other !== key);
    for (const lease of this.#leases.values()) {
      lease.keys = lease.keys.filter((other) => other !== key);
    }
  }

  /** Nobody keeps it alive any more. */
  doubt(id: string): void {
    const lease = this.#leases.get(id);
    this.#shared.byId.delete(id);
    if (lease && lease.state !== "ended") lease.state = "doubtful";
  }

  saw(input: LeaseInput, output: LeaseOutput, now: number): void {
    this.#tidy(now);
    if (input.f === "put" && input.lease === undefined) this.#detached.push(input.key);
    if (!("lease" in input)) return;
    const lease = this.#leases.get(input.lease ?? "");
    if (!lease) return;
    if (isOver(output)) this.#end(lease, now);
    else if (input.f === "put") lease.keys.push(input.key);
    else if (input.f === "grant") this.#granted(lease);
    else if (input.f === "renew") lease.dueAt = now + lease.every;
  }

  missed(input: LeaseInput): void {
    if (input.f === "grant") this.doubt(input.lease);
  }

  #granted(lease: OwnLease): void {
    lease.state = "live";
    if (lease.kind === "kept") this.#shared.byId.set(lease.id, { endsAt: lease.endsAt });
  }

  #end(lease: OwnLease, now: number): void {
    this.#shared.byId.delete(lease.id);
    lease.state = "ended";
    lease.keys = [];
    lease.endedAt ??= now;
  }

  /** Forgets those that are over, the oldest first, and those of which nothing is to be learnt. */
  #tidy(now: number): void {
    const ended = this.all().filter(({ state }) => state === "ended");
    const tooMany = ended.slice(0, Math.max(0, ended.length - mostEnded));
    const longOver = this.doubtful().filter(({ askedAt }) => now > askedAt + longOverSeconds);
    for (const { id } of [...tooMany, ...longOver]) this.#leases.delete(id);
  }
}

function isOver(output: LeaseOutput): boolean {
  if ("refused" in output || "revoked" in output) return true;
  if ("renewed" in output) return output.renewed === 0;
  return "left" in output && output.left < 0;
}
