import { precedes, type Transaction } from "./transaction.js";

/**
 * Whether transactions are strictly serializable, by the definition: every order of them that agrees
 * with real time is tried, with and without those of unknown outcome. For a handful of them.
 */
export function hasSerialOrder(transactions: readonly Transaction[]): boolean {
  return canGoOn(
    transactions.filter(({ outcome }) => outcome !== "fail"),
    new Map(),
  );
}

type State = ReadonlyMap<string, readonly string[]>;

function canGoOn(left: readonly Transaction[], state: State): boolean {
  if (left.every(({ outcome }) => outcome === "info")) return true;
  return left.some((next) => {
    if (left.some((other) => precedes(other, next))) return false;
    const after = afterwards(next, state);
    const others = left.filter((other) => other !== next);
    return after !== undefined && canGoOn(others, after);
  });
}

/** Undefined where it would not have read what it did. */
function afterwards({ outcome, operations }: Transaction, before: State): State | undefined {
  const state = new Map(before);
  for (const operation of operations) {
    const list = state.get(operation.key) ?? [];
    if (operation.f === "append") state.set(operation.key, [...list, operation.element]);
    else if (outcome === "ok" && operation.elements && !isSame(operation.elements, list)) {
      return undefined;
    }
  }
  return state;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((element, i) => element === other[i]);
}
