import { illegal, type Model } from "../../../porcupine-ts/model.js";
import { hasOrder } from "../../linearizability-oracle.js";

/** What a transaction did to one key; null: the key was absent. */
export interface Deed {
  readonly f: "read" | "write";
  readonly key: string;
  readonly value: string | null;
  readonly version?: number;
}

/** Of an operation that may have taken place, what is known of it. */
export interface Doer {
  readonly index: number;
  /** Undefined: nobody knows whether it took place, nor when. */
  readonly completedIndex?: number;
  readonly deeds: readonly Deed[];
}

/**
 * Whether no order explains the named ones, tried in all orders: beside them stand only those who wrote
 * what they read, and, of keys that several of them share, whoever showed a value first and last.
 * Whatever explains a history explains such a part of it. Undefined where there are too many orders.
 */
export function registersShow(all: readonly Doer[], named: readonly Doer[]): boolean | undefined {
  const versions = versionsIn(all);
  const withWriters = [...named, ...writersOf(all, named)];
  const alone = hasNoOrder(withWriters, versions);
  if (alone === true) return true;
  const seen = named.flatMap(({ deeds }) => deeds);
  const shared = new Set(
    seen.map(({ key }) => key).filter((key) => named.filter(touches(key)).length > 1),
  );
  const ofShared = ({ key }: Deed) => shared.has(key);
  const withWitnesses = [
    ...withWriters.map((doer) => only(doer, ofShared)),
    ...seen.filter(ofShared).flatMap((deed) => witnessesOf(all, deed)),
  ];
  const together = hasNoOrder(withWitnesses, versions);
  return together === true || alone === false ? together : undefined;
}

/** Whether what the named ones were told of versions contradicts itself or what others were told. */
export function versionsShow(all: readonly Doer[], named: readonly Doer[]): boolean {
  const writerOf = new Map(
    all.flatMap((doer) => doer.deeds.filter(isWrite).map((deed) => [nameOf(deed), doer] as const)),
  );
  const own = new Set(named.flatMap(({ deeds }) => deeds.map(nameOf)));
  const claims = all
    .flatMap(({ deeds }) => deeds)
    .filter((deed) => own.has(nameOf(deed)) && deed.version !== undefined && deed.value !== null)
    .map((deed) => ({ version: deed.version, writer: writerOf.get(nameOf(deed)) }));
  return claims.some(({ version, writer }) =>
    claims.some((other) => (other.version === version) !== (other.writer === writer)),
  );
}

function touches(key: string) {
  return ({ deeds }: Doer): boolean => deeds.some((deed) => deed.key === key);
}

function nameOf({ key, value }: Deed): string {
  return value === null ? key : `${key} ${value}`;
}

function isWrite({ f }: Deed): boolean {
  return f === "write";
}

function only(doer: Doer, wanted: (deed: Deed) => boolean): Doer {
  return { ...doer, deeds: doer.deeds.filter(wanted) };
}

/** Each version as it was told first. */
function versionsIn(all: readonly Doer[]): ReadonlyMap<string, number> {
  const told = all.flatMap(({ deeds }) =>
    deeds.flatMap((deed) => (deed.version === undefined ? [] : [[nameOf(deed), deed.version]])),
  ) as [string, number][];
  // Of two with one name a map keeps the later one.
  return new Map(told.reverse());
}

function writersOf(all: readonly Doer[], named: readonly Doer[]): Doer[] {
  const read = new Set(named.flatMap(({ deeds }) => deeds.map(nameOf)));
  const known = new Set(named.map(({ index }) => index));
  return all
    .filter(({ index }) => !known.has(index))
    .map((doer) => only(doer, (deed) => isWrite(deed) && read.has(nameOf(deed))))
    .filter(({ deeds }) => deeds.length > 0);
}

/** Of those who read it, who was the first to be answered and the last to ask. */
function witnessesOf(all: readonly Doer[], { key, value }: Deed): Doer[] {
  const readers = all
    .filter(({ deeds }) => {
      const first = deeds.find((deed) => deed.key === key);
      return first?.f === "read" && first.value === value;
    })
    .map((doer) => ({ ...doer, deeds: [{ f: "read", key, value }] as const }));
  const answered = readers.toSorted(
    (a, b) => (a.completedIndex ?? Infinity) - (b.completedIndex ?? Infinity),
  );
  return [answered[0], readers.at(-1)].filter((doer) => doer !== undefined);
}

/** More steps are not tried. */
const mostSteps = 20_000;

class TooMany extends Error {}

function hasNoOrder(
  doers: readonly Doer[],
  versions: ReadonlyMap<string, number>,
): boolean | undefined {
  const operations = doers
    .filter(({ deeds }) => deeds.length > 0)
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, completedIndex, deeds }) => ({
      ...{ input: deeds, call: index },
      ...(completedIndex !== undefined && { output: null, return: completedIndex }),
    }));
  try {
    return !hasOrder(registersModel(versions), operations);
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

type Registers = ReadonlyMap<string, string | null>;

/** Keys hold what was written last, of which the version is the highest. */
function registersModel(
  versions: ReadonlyMap<string, number>,
): Model<Registers, readonly Deed[], null> {
  const versionOf = (key: string, value: string | null) =>
    versions.get(nameOf({ f: "read", key, value }));
  let steps = 0;
  return {
    init: () => new Map(),
    step(state, deeds) {
      if (++steps > mostSteps) throw new TooMany();
      const after = new Map(state);
      for (const { f, key, value } of deeds) {
        const held = after.get(key) ?? null;
        if (f === "read" && held !== value) return illegal;
        const [before, now] = [versionOf(key, held), versionOf(key, value)];
        if (f === "write" && before !== undefined && now !== undefined && before >= now) {
          return illegal;
        }
        if (f === "write") after.set(key, value);
      }
      return after;
    },
  };
}
