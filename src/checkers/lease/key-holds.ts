import {
  foundBy,
  isPut,
  type LeaseOperation,
  mayHaveHappened,
  type PutOperation,
  shelfOf,
} from "./lease-operation.js";

/** A read that did not find what only the end of a lease can have removed. */
export interface Absence {
  readonly put: PutOperation;
  readonly read: LeaseOperation;
}

interface KeyWrites {
  /** Under way. */
  pending: number;
  /** Some of those that are or were under way together: their order is not known. */
  isMixed: boolean;
  /** One ended without an answer: it may still take effect, so nothing is known ever after. */
  isLost: boolean;
}

/**
 * Which keys are certainly attached to a lease: those whose last write was an acknowledged put with
 * it, with no other write beside it or since. Such a key goes with its lease and not otherwise.
 * Told of invocations and answers in their order. Time in proportion to what the reads found.
 */
export class KeyHolds {
  readonly #writes = new Map<string, KeyWrites>();
  /** By shelf, then by key. */
  readonly #held = new Map<string, Map<string, PutOperation>>();

  invoked(operation: LeaseOperation): void {
    const { input, outcome } = operation;
    if ((input.f !== "put" && input.f !== "delete") || !mayHaveHappened(operation)) return;
    this.#held.get(shelfOf(input.key))?.delete(input.key);
    const writes = this.#writesOf(input.key);
    if (outcome.type === "info") {
      writes.isLost = true;
      return;
    }
    if (writes.pending > 0) writes.isMixed = true;
    writes.pending += 1;
  }

  answered(operation: LeaseOperation): void {
    const { input } = operation;
    if ((input.f !== "put" && input.f !== "delete") || !mayHaveHappened(operation)) return;
    const writes = this.#writesOf(input.key);
    writes.pending -= 1;
    if (writes.pending > 0) return;
    const isCertain = !writes.isMixed && !writes.isLost;
    writes.isMixed = false;
    if (!isCertain || !isPut(operation) || operation.input.lease === undefined) return;
    this.#shelf(shelfOf(input.key)).set(input.key, operation);
  }

  /** What the read shows to be gone; told once of each put. */
  missedBy(read: LeaseOperation): Absence[] {
    if (read.input.f !== "read") return [];
    const held = this.#held.get(read.input.shelf);
    if (!held || held.size === 0) return [];
    const found = new Set(foundBy(read).map(({ key }) => key));
    const absences: Absence[] = [];
    for (const [key, put] of held) {
      const isBefore = put.completedIndex !== undefined && put.completedIndex < read.index;
      if (!isBefore || found.has(key)) continue;
      held.delete(key);
      absences.push({ put, read });
    }
    return absences;
  }

  #writesOf(key: string): KeyWrites {
    const known = this.#writes.get(key);
    if (known) return known;
    const writes = { pending: 0, isMixed: false, isLost: false };
    this.#writes.set(key, writes);
    return writes;
  }

  #shelf(name: string): Map<string, PutOperation> {
    const known = this.#held.get(name);
    if (known) return known;
    const shelf = new Map<string, PutOperation>();
    this.#held.set(name, shelf);
    return shelf;
  }
}
