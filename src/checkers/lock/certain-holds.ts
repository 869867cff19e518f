import type { FaultRecord } from "../../core/history.js";
import { fastestClock } from "./fastest-clock.js";
import { type HolderOperation, outputOf } from "./holder-operation.js";
import { endOf } from "./resource-ledger.js";

/**
 * A lock that was held, or an election that was led, beyond doubt: from the answer that said so to
 * the first moment when it may have ended.
 */
export interface CertainHold {
  readonly name: string;
  readonly key: string;
  /** The answered lock or campaign. */
  readonly won: HolderOperation;
  readonly fromIndex: number;
  readonly fromNs: number;
  /** The first that asked to let it go. */
  readonly release: HolderOperation | undefined;
  /** The grant or the renewal on which it counts. */
  readonly lease: HolderOperation;
  /** Before this its lease cannot have ended by itself. Nanoseconds since the run began. */
  readonly leaseEndsNs: number;
}

/** What those say who were told that they hold it, and what may speak against that. */
export interface Claims {
  /** Answered locks and campaigns. */
  readonly won: readonly HolderOperation[];
  /** By lease: the revocation that was answered first. */
  readonly revocations: ReadonlyMap<string, HolderOperation>;
  /** By name, in the order in which they began. */
  readonly holds: ReadonlyMap<string, readonly CertainHold[]>;
}

/** Other clocks than the faulty ones go wrong, too: by less than one part in a hundred. */
const trustedShare = 0.99;

/** What operations say about leases and holds. Told of one after the other, in the order of calls. */
export class HoldBook {
  readonly #fastest: number;
  readonly #leases = new Map<string, { readonly by: HolderOperation; readonly endsNs: number }>();
  /** By key and by lease: the first that may have taken effect. */
  readonly #releasesOfKeys = new Map<string, HolderOperation>();
  readonly #releasesOfLeases = new Map<string, HolderOperation>();
  readonly #won: HolderOperation[] = [];
  /** By lease: the revocation that was answered first. */
  readonly #revocations = new Map<string, HolderOperation>();
  /** Answered questions who holds it. */
  readonly owners: HolderOperation[] = [];

  constructor(faults: readonly FaultRecord[]) {
    this.#fastest = fastestClock(faults);
  }

  add(operation: HolderOperation): void {
    const { input, outcome } = operation;
    if (outcome.type === "fail") return;
    switch (input.f) {
      case "unlock":
      case "resign":
        if (!this.#releasesOfKeys.has(input.by.key)) {
          this.#releasesOfKeys.set(input.by.key, operation);
        }
        break;
      case "revoke":
        if (!this.#releasesOfLeases.has(input.lease)) {
          this.#releasesOfLeases.set(input.lease, operation);
        }
        this.#addRevocation(input.lease, operation);
        break;
      default:
        this.#addAnswer(operation);
    }
  }

  /** Those that lasted at all, by name, in the order in which they began. */
  holds(): Map<string, CertainHold[]> {
    const byName = new Map<string, CertainHold[]>();
    for (const won of this.#won) {
      const hold = this.#holdOf(won);
      if (!hold || !isHeldAt(hold, hold.fromIndex, hold.fromNs)) continue;
      const others = byName.get(hold.name);
      if (others) others.push(hold);
      else byName.set(hold.name, [hold]);
    }
    for (const holds of byName.values()) holds.sort((one, two) => one.fromIndex - two.fromIndex);
    return byName;
  }

  /** Beside what is certain, which the caller has asked for. */
  claims(holds: Claims["holds"]): Claims {
    return { won: this.#won, revocations: this.#revocations, holds };
  }

  #addRevocation(lease: string, operation: HolderOperation): void {
    if (!outputOf(operation)) return;
    const known = this.#revocations.get(lease);
    if (!known || endOf(operation) < endOf(known)) this.#revocations.set(lease, operation);
  }

  #addAnswer(operation: HolderOperation): void {
    const { input } = operation;
    const output = outputOf(operation);
    if (output?.type === "granted") this.#extend(output.lease, output.ttl, operation);
    if (output?.type === "renewed" && input.f === "keepalive" && output.ttl > 0) {
      this.#extend(input.lease, output.ttl, operation);
    }
    if (output?.type === "held") this.#won.push(operation);
    if (output?.type === "owner" || output?.type === "nobody") this.owners.push(operation);
  }

  /** etcd counts from a moment after the call, so that the call's own time is on the safe side. */
  #extend(lease: string, ttl: number, by: HolderOperation): void {
    const endsNs = by.invokedAtNs + (ttl * 1e9 * trustedShare) / this.#fastest;
    const known = this.#leases.get(lease);
    if (!known || known.endsNs < endsNs) this.#leases.set(lease, { by, endsNs });
  }

  #holdOf(won: HolderOperation): CertainHold | undefined {
    const { input, completedIndex, completedAtNs } = won;
    const output = outputOf(won);
    if (output?.type !== "held" || !("name" in input)) return undefined;
    if (completedIndex === undefined || completedAtNs === undefined) return undefined;
    const { key, lease: id } = output.holder;
    const lease = this.#leases.get(id);
    // Of a lease that nobody was granted nobody knows how long it lasts.
    if (!lease) return undefined;
    return {
      name: input.name,
      key,
      won,
      fromIndex: completedIndex,
      fromNs: completedAtNs,
      release: earlier(this.#releasesOfKeys.get(key), this.#releasesOfLeases.get(id)),
      lease: lease.by,
      leaseEndsNs: lease.endsNs,
    };
  }
}

/** At the moment of an event, which came after the hold began. */
export function isHeldAt({ release, leaseEndsNs }: CertainHold, index: number, ns: number) {
  return ns < leaseEndsNs && (release === undefined || index < release.index);
}

function earlier(one: HolderOperation | undefined, two: HolderOperation | undefined) {
  if (!one || !two) return one ?? two;
  return one.index < two.index ? one : two;
}
