import { type HolderOperation, outputOf, type ResourceValue } from "./holder-operation.js";

/** A write that took effect, and at which revision. */
export interface KnownWrite {
  readonly revision: number;
  readonly write: HolderOperation;
  /** The holder's key. */
  readonly by: string;
  /** Who saw what it wrote, where its own answer does not say that it took effect. */
  readonly seenBy?: HolderOperation;
}

/** A holder wrote on the ground of what it knew, and did not know of another's write. */
export interface LostUpdate {
  readonly type: "lost-update";
  readonly at: number;
  readonly name: string;
  /** Where the writer had it from: its last read, or its write before. */
  readonly basis: HolderOperation;
  readonly lost: KnownWrite;
  readonly write: HolderOperation;
}

/** A read that did not see the newest write that was made by its revision. */
export interface MissedWrite {
  readonly type: "missed-write";
  readonly at: number;
  readonly name: string;
  readonly missed: KnownWrite;
  readonly read: HolderOperation;
}

/** A value was there though its write was refused or failed. */
export interface RefusedWrite {
  readonly type: "refused-write";
  readonly at: number;
  readonly name: string;
  readonly write: HolderOperation;
  readonly read: HolderOperation;
}

interface Update {
  readonly basis: HolderOperation;
  readonly basisRevision: number;
  readonly write: HolderOperation;
  readonly revision: number;
  readonly by: string;
}

interface Reading {
  readonly read: HolderOperation;
  readonly value: ResourceValue;
  readonly modRevision: number;
  readonly revision: number;
}

/** All that the history knows of one resource, told in the order of calls. */
export class ResourceLedger {
  readonly #name: string;
  /** By value, whatever became of them. */
  readonly #asked = new Map<ResourceValue, HolderOperation>();
  readonly #writes: KnownWrite[] = [];
  readonly #readings: Reading[] = [];
  readonly #updates: Update[] = [];
  /** By holder's key: where it has what it knows from. */
  readonly #bases = new Map<
    string,
    { readonly basis: HolderOperation; readonly revision: number }
  >();

  constructor(name: string) {
    this.#name = name;
  }

  get reads(): number {
    return this.#readings.length;
  }

  add(operation: HolderOperation): void {
    const { input } = operation;
    const output = outputOf(operation);
    if (input.f === "read" && output?.type === "found") {
      const { value, modRevision, revision } = output;
      this.#readings.push({ read: operation, value, modRevision, revision });
      if (input.by) this.#bases.set(input.by.key, { basis: operation, revision: modRevision });
    }
    if (input.f !== "write") return;
    this.#asked.set(input.value, operation);
    if (output?.type !== "written") return;
    const by = input.by.key;
    const { revision } = output;
    this.#writes.push({ revision, write: operation, by });
    const known = this.#bases.get(by);
    if (known) {
      const { basis, revision: basisRevision } = known;
      this.#updates.push({ basis, basisRevision, write: operation, revision, by });
    }
    this.#bases.set(by, { basis: operation, revision });
  }

  /** Those that took effect beyond doubt, by their own answer or since somebody saw them. */
  knownWrites(): KnownWrite[] {
    const seen = new Map<HolderOperation, KnownWrite>();
    for (const { read, value, modRevision } of this.#readings) {
      const write = this.#asked.get(value);
      if (write?.outcome.type !== "info" || write.input.f !== "write" || seen.has(write)) continue;
      seen.set(write, { revision: modRevision, write, by: write.input.by.key, seenBy: read });
    }
    return [...this.#writes, ...seen.values()].sort((one, two) => one.revision - two.revision);
  }

  lostUpdates(writes: readonly KnownWrite[]): LostUpdate[] {
    return this.#updates.flatMap(({ basis, basisRevision, write, revision, by }) => {
      const lost = lastOfOthers(writes, { before: revision, after: basisRevision, by });
      if (!lost) return [];
      return [{ type: "lost-update", at: endOf(write), name: this.#name, basis, lost, write }];
    });
  }

  missedWrites(writes: readonly KnownWrite[]): MissedWrite[] {
    return this.#readings.flatMap(({ read, modRevision, revision }) => {
      const missed = writes[countUpTo(writes, revision) - 1];
      if (!missed || missed.revision <= modRevision) return [];
      return [{ type: "missed-write", at: endOf(read), name: this.#name, missed, read }];
    });
  }

  refusedWrites(): RefusedWrite[] {
    const found = new Map<HolderOperation, RefusedWrite>();
    for (const { read, value } of this.#readings) {
      const write = this.#asked.get(value);
      if (!write || found.has(write) || !isRefused(write)) continue;
      found.set(write, {
        ...{ type: "refused-write", at: endOf(read), name: this.#name },
        ...{ write, read },
      });
    }
    return [...found.values()];
  }
}

function isRefused(write: HolderOperation): boolean {
  return write.outcome.type === "fail" || outputOf(write)?.type === "refused";
}

export function endOf({ completedIndex, index }: HolderOperation): number {
  return completedIndex ?? index;
}

/** The last write of another holder between two revisions. A holder's own are few. */
function lastOfOthers(
  writes: readonly KnownWrite[],
  { before, after, by }: { readonly before: number; readonly after: number; readonly by: string },
): KnownWrite | undefined {
  for (let place = countUpTo(writes, before - 1) - 1; place >= 0; place--) {
    const write = writes[place];
    if (!write || write.revision <= after) return undefined;
    if (write.by !== by) return write;
  }
  return undefined;
}

/** How many were made at this revision or before it. */
function countUpTo(writes: readonly KnownWrite[], revision: number): number {
  let [low, high] = [0, writes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((writes[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
