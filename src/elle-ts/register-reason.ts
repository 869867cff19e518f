import type { Names, TellReason } from "./explain.js";
import { rw, wr, ww } from "./graph.js";
import type { RegisterKey, Values } from "./register-history.js";
import { byReader, bySession, byTime, laterThan, type RegisterOrder } from "./register-order.js";
import type { Step } from "./shortest-path.js";

export interface KnownValues {
  readonly values: Values;
  readonly order: RegisterOrder;
  readonly keyOf: (value: number) => string;
}

/** Why one transaction comes before another by what they did to registers. */
export function registerReason(known: KnownValues): TellReason {
  const { values, keyOf } = known;
  return (step, names) => {
    const { one, other } = names;
    const [key, value] = [keyOf(step.label), values.texts[step.label] ?? null];
    switch (step.kind) {
      case wr:
        return `${one} wrote ${value} to ${key}, and ${other} read it`;
      case ww:
        return `${one} wrote ${value} to ${key}, and ${other} wrote ${laterVersion(step, names, known)}`;
      case rw:
        return `${one} read ${shownValue(key, value)}, and ${other} wrote ${laterVersion(step, names, known)}`;
      default:
        throw new RangeError(`no reason is known for an edge of kind ${step.kind}`);
    }
  };
}

/** "x as 1". */
export function shownValue(key: string, value: string | null): string {
  return value === null ? `that ${key} was absent` : `${key} as ${value}`;
}

/** A value of the second transaction that came after the one of the step, and how that is known. */
function laterVersion(
  { label, to }: Step,
  { other }: Names,
  { values, order }: KnownValues,
): string {
  const { graph } = order;
  const edge = laterThan(order, label).find(
    (each) => values.writers[graph.targets[each] ?? 0] === to,
  );
  if (edge === undefined) throw new RangeError(`no later version than value ${label} by ${to}`);
  const later = graph.targets[edge] ?? 0;
  const [before, after] = [values.texts[label] ?? null, values.texts[later] ?? ""];
  if (before === null) return `${after}, before which it was absent`;
  return `${after}, which came later: ${reasonBetween(graph.kinds[edge] ?? 0, {
    ...{ before, after, reader: other },
    ...{ versions: [values.versions[label] ?? NaN, values.versions[later] ?? NaN] },
  })}`;
}

interface Pair {
  readonly before: string;
  readonly after: string;
  /** Who wrote what came after. */
  readonly reader: string;
  readonly versions: readonly [before: number, after: number];
}

function reasonBetween(
  kind: number,
  { before, after, reader, versions: [one, other] }: Pair,
): string {
  switch (kind) {
    case byReader:
      return `${reader} had read ${before} before it wrote ${after}`;
    case bySession:
      return `one process saw ${before} first, and ${after} after it`;
    case byTime:
      return `${before} was there before ${after} was last found or written`;
    default:
      return other > one
        ? `its version is ${other}, and that of ${before} is ${one}`
        : `${reader} wrote ${after} after ${before}`;
  }
}

/** The name of each value's key. */
export function keyNames(keys: Iterable<RegisterKey>): (value: number) => string {
  const names: string[] = [];
  for (const { key, absent, numberOf } of keys) {
    names[absent] = key;
    for (const value of numberOf.values()) names[value] = key;
  }
  return (value) => names[value] ?? "";
}
