import type { Transaction } from "./transaction.js";

/** All that is known of one key. Transactions are named by their index. */
export interface KeyHistory {
  readonly key: string;
  /** Whoever asked for it to be appended, whatever came of it. */
  readonly appenderOf: Map<string, number>;
  /** What each transaction appends, in its order. */
  readonly appendsBy: Map<number, string[]>;
  /** Of transactions that ended ok, where what was read is known. */
  readonly reads: KeyRead[];
  /** An element that was appended twice, so that nothing can be said of the key. */
  repeated?: string;
}

export interface KeyRead {
  readonly by: number;
  readonly elements: readonly string[];
  /**
   * How long the list was when the transaction began: what it had appended itself is not counted.
   * Undefined for reads that are not its first of the key, which say no more than that, and for those
   * that do not end with what it had appended.
   */
  readonly found: number | undefined;
}

/** By key, in the order in which keys first occur. */
export type KeyHistories = ReadonlyMap<string, KeyHistory>;

export interface KeyHistoryBuilder {
  readonly add: (transaction: Transaction, index: number) => void;
  readonly keys: KeyHistories;
}

export function gatherKeys(): KeyHistoryBuilder {
  const keys = new Map<string, KeyHistory>();

  function historyOf(key: string): KeyHistory {
    const known = keys.get(key);
    if (known) return known;
    const made: KeyHistory = { key, appenderOf: new Map(), appendsBy: new Map(), reads: [] };
    keys.set(key, made);
    return made;
  }

  return {
    keys,
    add({ outcome, operations }, index) {
      for (const operation of operations) {
        const history = historyOf(operation.key);
        if (operation.f === "append") addAppend(history, operation.element, index);
        else if (outcome === "ok" && operation.elements) {
          addRead(history, operation.elements, index);
        }
      }
    },
  };
}

function addAppend(history: KeyHistory, element: string, by: number): void {
  if (history.appenderOf.has(element)) history.repeated ??= element;
  history.appenderOf.set(element, by);
  const own = history.appendsBy.get(by);
  if (own) own.push(element);
  else history.appendsBy.set(by, [element]);
}

function addRead(history: KeyHistory, elements: readonly string[], by: number): void {
  const isFirst = history.reads.at(-1)?.by !== by;
  const own = history.appendsBy.get(by) ?? [];
  const before = elements.length - own.length;
  const endsWithOwn = own.every((element, i) => elements[before + i] === element);
  history.reads.push({ by, elements, found: isFirst && endsWithOwn ? before : undefined });
}
