import type { KeyHistories, KeyHistory, KeyRead } from "./key-history.js";
import type { Happened, Transaction } from "./transaction.js";

/** How a key's list grew. Lists only grow, so each read must be a beginning of the longest one. */
export interface VersionOrder {
  readonly history: KeyHistory;
  /** The longest list that was read: its elements in the order in which they were appended. */
  readonly longest: readonly string[];
  /** Who read it; undefined where nothing was read. */
  readonly longestRead: KeyRead | undefined;
  /** Reads that are no beginning of the longest one. */
  readonly incompatible: readonly KeyRead[];
  /** Every element that any read found. */
  readonly found: ReadonlySet<string>;
}

export function versionOrder(history: KeyHistory): VersionOrder {
  const { reads } = history;
  let longestRead = reads[0];
  for (const read of reads) {
    if (longestRead && read.elements.length > longestRead.elements.length) longestRead = read;
  }
  const longest = longestRead?.elements ?? [];
  const incompatible = reads.filter(({ elements }) => !isBeginning(elements, longest));
  const found = new Set(longest);
  for (const { elements } of incompatible) for (const element of elements) found.add(element);
  return { history, longest, longestRead, incompatible, found };
}

function isBeginning(elements: readonly string[], longest: readonly string[]): boolean {
  for (let i = 0; i < elements.length; i += 1) if (elements[i] !== longest[i]) return false;
  return true;
}

/**
 * Those that ended ok certainly happened, and those of unknown outcome of which some read found an
 * element. The others of unknown outcome may be taken never to have happened: no answer needs them.
 */
export function whoHappened(
  transactions: readonly Transaction[],
  orders: readonly VersionOrder[],
): Happened {
  const happened = transactions.map(({ outcome }) => outcome === "ok");
  for (const { history, found } of orders) {
    for (const element of found) {
      const by = history.appenderOf.get(element);
      if (by !== undefined && transactions[by]?.outcome === "info") happened[by] = true;
    }
  }
  return (transaction) => happened[transaction] === true;
}

export interface Unread {
  readonly by: number;
  readonly element: string;
}

/** What was certainly appended and no read found: it came after all of the longest list. */
export function unreadAppends(
  { history: { appenderOf }, found }: VersionOrder,
  happened: Happened,
): Unread[] {
  const unread: Unread[] = [];
  for (const [element, by] of appenderOf) {
    if (!found.has(element) && happened(by)) unread.push({ by, element });
  }
  return unread;
}

/** Of the keys of which something can be said. */
export function versionOrders(keys: KeyHistories): VersionOrder[] {
  return [...keys.values()]
    .filter(({ repeated }) => repeated === undefined)
    .map((history) => versionOrder(history));
}
