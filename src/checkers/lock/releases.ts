import { type HolderOperation, outputOf } from "./holder-operation.js";
import { endOf } from "./resource-ledger.js";

/** A key was still there although it was known to be gone when that was asked. */
export interface AfterRelease {
  readonly type: "after-release";
  readonly at: number;
  readonly release: HolderOperation;
  /** Its answer shows the key: by its guard, or since it names the key. */
  readonly afterwards: HolderOperation;
  /** Who had that key by the lease that was revoked, where nothing else says so. */
  readonly won?: HolderOperation;
}

/** From when on keys are known to be gone. Told of operations in the order of their calls. */
export class Releases {
  /** The first to be answered, by key and by lease. */
  readonly #ofKeys = new Map<string, HolderOperation>();
  readonly #ofLeases = new Map<string, HolderOperation>();
  /** By key: who won with it. */
  readonly #won = new Map<string, HolderOperation>();

  add(operation: HolderOperation): void {
    const { input, outcome } = operation;
    if (outcome.type !== "ok" || operation.completedIndex === undefined) return;
    const output = outputOf(operation);
    if (output?.type === "held") this.#won.set(output.holder.key, operation);
    if (input.f === "unlock" || input.f === "resign") keep(this.#ofKeys, input.by.key, operation);
    else if (input.f === "revoke") keep(this.#ofLeases, input.lease, operation);
  }

  /** Of operations that show a key. */
  afterwards(shows: readonly HolderOperation[]): AfterRelease[] {
    return shows.flatMap((operation) => {
      const shown = this.#shownBy(operation);
      if (!shown) return [];
      const { key, lease, won } = shown;
      const release = firstAnswered(this.#ofKeys.get(key), this.#ofLeases.get(lease));
      if (!release || endOf(release) > operation.index) return [];
      const found = { type: "after-release", at: endOf(operation), release } as const;
      return [{ ...found, afterwards: operation, ...(won && { won }) }];
    });
  }

  /** Whose presence the answer of an operation proves, if it was answered in that sense. */
  #shownBy(operation: HolderOperation) {
    const output = outputOf(operation);
    const { input } = operation;
    if (output?.type !== "owner")
      return "by" in input ? { ...input.by, won: undefined } : undefined;
    const won = this.#won.get(output.key);
    const holder = won && outputOf(won);
    return holder?.type === "held" ? { ...holder.holder, won } : undefined;
  }
}

function keep(known: Map<string, HolderOperation>, name: string, operation: HolderOperation): void {
  const before = known.get(name);
  if (!before || endOf(operation) < endOf(before)) known.set(name, operation);
}

function firstAnswered(one: HolderOperation | undefined, two: HolderOperation | undefined) {
  if (!one || !two) return one ?? two;
  return endOf(one) < endOf(two) ? one : two;
}
