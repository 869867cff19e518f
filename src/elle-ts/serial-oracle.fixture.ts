import type { RegisterTransaction } from "./register-transaction.js";
import { precedes, type Timed, type Transaction } from "./transaction.js";

/**
 * Whether transactions are strictly serializable, by the definition: every order of them that agrees
 * with real time is tried, with and without those of unknown outcome. For a handful of them.
 */
export function hasSerialOrder(transactions: readonly Transaction[]): boolean {
  return hasOrder(transactions, afterLists);
}

/**
 * The same of registers. Where operations come with versions, those of each key must go up in that
 * order, and those of reads be the ones of what was read.
 */
export function hasSerialRegisterOrder(transactions: readonly RegisterTransaction[]): boolean {
  return hasOrder(transactions, afterRegisters);
}

/** What is there after a transaction; undefined where it would not have read what it did. */
type Carry<T, Value> = (
  transaction: T,
  before: ReadonlyMap<string, Value>,
) => ReadonlyMap<string, Value> | undefined;

function hasOrder<T extends Timed, Value>(
  transactions: readonly T[],
  carry: Carry<T, Value>,
): boolean {
  function canGoOn(left: readonly T[], state: ReadonlyMap<string, Value>): boolean {
    if (left.every(({ outcome }) => outcome === "info")) return true;
    return left.some((next) => {
      if (left.some((other) => precedes(other, next))) return false;
      const after = carry(next, state);
      const others = left.filter((other) => other !== next);
      return after !== undefined && canGoOn(others, after);
    });
  }
  return canGoOn(
    transactions.filter(({ outcome }) => outcome !== "fail"),
    new Map(),
  );
}

const afterLists: Carry<Transaction, readonly string[]> = ({ outcome, operations }, before) => {
  const state = new Map(before);
  for (const operation of operations) {
    const list = state.get(operation.key) ?? [];
    if (operation.f === "append") state.set(operation.key, [...list, operation.element]);
    else if (outcome === "ok" && operation.elements && !isSame(operation.elements, list)) {
      return undefined;
    }
  }
  return state;
};

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((element, i) => element === other[i]);
}

interface Register {
  readonly value: string | null;
  /** Undefined until a read tells it. */
  readonly version: number | undefined;
  /** The last version that was told before. */
  readonly above: number;
}

const afterRegisters: Carry<RegisterTransaction, Register> = ({ outcome, operations }, before) => {
  const state = new Map(before);
  for (const { f, key, value, version: given } of operations) {
    const register = state.get(key) ?? { value: null, version: undefined, above: -Infinity };
    const version = outcome === "ok" ? given : undefined;
    if (f === "write") {
      const above = register.version ?? register.above;
      if (version !== undefined && version <= above) return undefined;
      state.set(key, { value, version, above });
    } else if (outcome === "ok" && value !== undefined) {
      if (value !== register.value) return undefined;
      if (value === null || version === undefined) continue;
      if (version !== (register.version ?? version) || version <= register.above) return undefined;
      state.set(key, { ...register, version });
    }
  }
  return state;
};
