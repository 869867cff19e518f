import type { Operation } from "../../core/operation.js";

/**
 * Which operations have to be there so that the answers of others did not come from nowhere: taking
 * away the write that a read saw would make a contradiction that was never there.
 *
 * Goes by values alone, so that it holds for any workload whose values are unique: an operation on a
 * key that asks with a value brings it in, and whoever else names the value, in a question or in an
 * answer, has it from there. Of several that ask with it the last one before that answer counts: it is
 * asked again only where it was refused. That may find a source too many, where two values are equal
 * by chance. Whoever found nothing under a key has that from a deletion, if not from the beginning:
 * deletions cannot be told apart, so that all count which can have been the last one before it.
 * Operations are named by their places in the history.
 */
export interface Lineage {
  /** Those that brought in what this one names; without itself. */
  readonly sourcesOf: (place: number) => readonly number[];
  /** Those among them that may have deleted what this one did not find. */
  readonly deletionsBehind: (place: number) => readonly number[];
  /** These, their sources, and so on; among those of `within` where that is given. Ascending. */
  readonly withSources: (places: readonly number[], within?: ReadonlySet<number>) => number[];
  /** Those of these whose sources are all among them, and so on. Ascending. */
  readonly withoutOrphans: (places: readonly number[]) => number[];
}

export function lineageOf(operations: readonly Operation[]): Lineage {
  const bringers: Bringers = new Map();
  const deletions: Deletions = new Map();
  for (const [place, operation] of operations.entries()) {
    if (mayDelete(operation)) {
      const before = deletions.get(keyOf(operation));
      if (before) before.push({ place, operation });
      else deletions.set(keyOf(operation), [{ place, operation }]);
    }
    for (const name of namesIn(operation, operation.input, guards)) {
      const before = bringers.get(name);
      const bringer = { place, index: operation.index };
      if (before) before.push(bringer);
      else bringers.set(name, [bringer]);
    }
  }
  const known = new Map<number, readonly number[]>();

  function sourcesOf(place: number): readonly number[] {
    const before = known.get(place);
    if (before) return before;
    const operation = operations[place];
    const found = operation ? sourcesOfOne(operation, bringers) : new Set<number>();
    for (const source of deletionsBehind(place)) found.add(source);
    found.delete(place);
    const sources = [...found];
    known.set(place, sources);
    return sources;
  }

  function deletionsBehind(place: number): readonly number[] {
    const operation = operations[place];
    if (!operation || !foundNothing(operation)) return [];
    return lastDeletions(operation, deletions).filter((source) => source !== place);
  }

  return {
    sourcesOf,
    deletionsBehind,
    withSources(places, within) {
      const found = new Set(places);
      // A set also goes through what is added to it on the way.
      for (const place of found) {
        for (const source of sourcesOf(place)) if (within?.has(source) ?? true) found.add(source);
      }
      return ascending(found);
    },
    withoutOrphans(places) {
      const left = new Set(places);
      for (let size = -1; size !== left.size;) {
        size = left.size;
        for (const place of left) {
          if (sourcesOf(place).some((source) => !left.has(source))) left.delete(place);
        }
      }
      return ascending(left);
    },
  };
}

/** What operations are about, for those that are about one thing: nothing is shared among keys. */
export function keyOf({ input }: Operation): string {
  return "key" in input && typeof input.key === "string" ? input.key : "";
}

interface Bringer {
  readonly place: number;
  readonly index: number;
}

/** By the name of a value: who asked with it, in the order of their calls. */
type Bringers = Map<string, Bringer[]>;

function sourcesOfOne(operation: Operation, bringers: Bringers): Set<number> {
  const { input, outcome, completedIndex = Infinity } = operation;
  const named = [
    ...namesIn(operation, input),
    ...(outcome.type === "ok" ? namesIn(operation, outcome.output) : []),
  ];
  return new Set(
    named.flatMap((name) => lastBefore(completedIndex, bringers.get(name) ?? []) ?? []),
  );
}

/**
 * The place of the last one that was called before this event; of the first one where all came
 * later, as a read may be shown that foresaw a write.
 */
function lastBefore(event: number, bringers: readonly Bringer[]): number | undefined {
  let [low, high] = [0, bringers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bringers[middle]?.index ?? Infinity) < event) low = middle + 1;
    else high = middle;
  }
  return bringers[Math.max(0, low - 1)]?.place;
}

interface Deletion {
  readonly place: number;
  readonly operation: Operation;
}

/** By key: who may have deleted it, in the order of their calls. */
type Deletions = Map<string, Deletion[]>;

/** Unless it is known to have changed nothing. */
function mayDelete({ input, outcome }: Operation): boolean {
  return input.f === "delete" && outcome.type !== "fail" && !isEmptyHanded(outcome);
}

/** A deletion that found nothing to delete. */
function isEmptyHanded(outcome: Operation["outcome"]): boolean {
  return outcome.type === "ok" && fieldOf(outcome.output, "deleted") === false;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([field]) => field === name)?.[1]
    : undefined;
}

/** Whether it tells, or expects, that its key was absent. */
function foundNothing({ input, outcome }: Operation): boolean {
  return (
    hasNull(input) || (outcome.type === "ok" && (hasNull(outcome.output) || isEmptyHanded(outcome)))
  );
}

function hasNull(value: unknown): boolean {
  if (typeof value !== "object") return false;
  return value === null || Object.values(value).some(hasNull);
}

/**
 * The places of the deletions that can have been the last one before this operation took place: of
 * those that began before it ended, all but those that were over when another began which did delete
 * and was over before it.
 */
function lastDeletions(operation: Operation, deletions: Deletions): number[] {
  const { index, completedIndex = Infinity } = operation;
  const before = (deletions.get(keyOf(operation)) ?? []).filter(
    (deletion) => deletion.operation.index < completedIndex,
  );
  const newest = before.findLast(
    ({ operation: { outcome, completedIndex: over = Infinity } }) =>
      outcome.type === "ok" && over < index,
  );
  const since = newest?.operation.index ?? 0;
  return before.flatMap(({ place, operation: { completedIndex: over = Infinity } }) =>
    over < since ? [] : [place],
  );
}

/** Fields that hold no value which a client brought in: kinds, keys, and counters of etcd's own. */
const others = /^(f|key|on)$|revision|version/i;
/** Nor do those that say what must be there already. */
const guards = /^expected/;

/** The values in something, each together with the key that it belongs to. */
function* namesIn(operation: Operation, value: unknown, but?: RegExp): Generator<string> {
  if (typeof value === "number" || typeof value === "string") {
    yield JSON.stringify([keyOf(operation), value]);
  } else if (typeof value === "object" && value !== null) {
    for (const [field, inner] of Object.entries(value)) {
      if (!others.test(field) && !but?.test(field)) yield* namesIn(operation, inner, but);
    }
  }
}

function ascending(places: Iterable<number>): number[] {
  return [...places].sort((a, b) => a - b);
}
