import type { KeyRead } from "./key-history.js";
import type { Anomaly, DirectType } from "./result.js";
import { type Happened, precedes, type Transaction } from "./transaction.js";
import { unreadAppends, type VersionOrder } from "./version-order.js";
import { shownList } from "./words.js";

export interface Known {
  readonly transactions: readonly Transaction[];
  readonly happened: Happened;
}

/**
 * What the reads of one key show by themselves. Of each kind one is told, the first: a key that went
 * wrong mostly goes on being wrong.
 */
export function directAnomalies(order: VersionOrder, known: Known): Anomaly[] {
  return [
    garbageRead(order),
    duplicateElements(order),
    incompatibleOrder(order),
    ...abortedRead(order, known),
    intermediateRead(order, known),
    outOfOwnOrder(order, known),
    lostAppend(order, known),
    lostUpdate(order),
  ].filter((anomaly) => anomaly !== undefined);
}

/** Whether the longest list of a key can be trusted to be the order of its appends. */
export function isTrustworthy(anomalies: readonly Anomaly[]): boolean {
  return !anomalies.some(({ type }) => distrusted.has(type));
}

const distrusted: ReadonlySet<string> = new Set<DirectType>([
  "garbage-read",
  "duplicate-elements",
  "incompatible-order",
  "G1a",
]);

/** Reads that are not a beginning of the longest one are looked at as well as that. */
function telling({ longestRead, incompatible }: VersionOrder): KeyRead[] {
  return longestRead ? [longestRead, ...incompatible] : [];
}

function firstToFind({ history }: VersionOrder, element: string): KeyRead | undefined {
  return history.reads.find(({ elements }) => elements.includes(element));
}

function garbageRead(order: VersionOrder): Anomaly | undefined {
  const { key, appenderOf } = order.history;
  for (const element of order.found) {
    if (appenderOf.has(element)) continue;
    const read = firstToFind(order, element);
    if (!read) continue;
    return {
      type: "garbage-read",
      transactions: [read.by],
      key,
      message: `T1 read ${key} as ${shownList(read.elements)}, with ${element} in it, which no transaction ever appended`,
      steps: [],
    };
  }
  return undefined;
}

function duplicateElements(order: VersionOrder): Anomaly | undefined {
  const { key } = order.history;
  for (const { by, elements } of telling(order)) {
    const twice = repeatedIn(elements);
    if (twice === undefined) continue;
    return {
      type: "duplicate-elements",
      transactions: [by],
      key,
      message: `T1 read ${key} as ${shownList(elements)}, with ${twice} in it twice, which was appended once`,
      steps: [],
    };
  }
  return undefined;
}

function repeatedIn(elements: readonly string[]): string | undefined {
  const met = new Set<string>();
  return elements.find((element) => met.size === met.add(element).size);
}

function incompatibleOrder({ history, longestRead, incompatible }: VersionOrder) {
  const [first] = incompatible;
  if (!longestRead || !first) return undefined;
  return anomaly("incompatible-order", history.key, {
    transactions: first.by === longestRead.by ? [first.by] : [first.by, longestRead.by],
    message: `T1 read ${history.key} as ${shownList(first.elements)}, but ${first.by === longestRead.by ? "also" : "T2 read it"} as ${shownList(longestRead.elements)}: lists only grow, so one must be the beginning of the other`,
  });
}

/** The element of a transaction that failed; and what was appended upon it. */
function abortedRead(order: VersionOrder, { transactions, happened }: Known): Anomaly[] {
  const { key, appenderOf } = order.history;
  for (const element of order.found) {
    const writer = appenderOf.get(element);
    if (writer === undefined || transactions[writer]?.outcome !== "fail") continue;
    const read = firstToFind(order, element);
    if (!read) continue;
    const aborted = anomaly("G1a", key, {
      transactions: [writer, read.by],
      message: `T1 failed, so that it never happened, but T2 read ${key} as ${shownList(read.elements)}, with ${element} in it, which T1 had wanted to append`,
    });
    const later = order.longest
      .slice(order.longest.indexOf(element) + 1)
      .find((each) => happened(appenderOf.get(each) ?? writer));
    const updater = later === undefined ? undefined : appenderOf.get(later);
    if (later === undefined || updater === undefined || !order.longest.includes(element)) {
      return [aborted];
    }
    const dirty = anomaly("dirty-update", key, {
      transactions: [writer, updater],
      message: `T1 failed, so that it never happened, but T2 appended ${later} to ${key} upon ${element}, which T1 had wanted to append`,
    });
    return [aborted, dirty];
  }
  return [];
}

/** A read of what a transaction left to a key before it had done all that it did to it. */
function intermediateRead({ history }: VersionOrder, { transactions }: Known) {
  const { key, reads, appenderOf, appendsBy } = history;
  for (const read of reads) {
    const element = read.elements[(read.found ?? 0) - 1];
    const writer = element === undefined ? undefined : appenderOf.get(element);
    if (element === undefined || writer === undefined || writer === read.by) continue;
    const last = appendsBy.get(writer)?.at(-1);
    if (last === undefined || read.elements.includes(last)) continue;
    if (transactions[writer]?.outcome === "fail") continue;
    return anomaly("G1b", key, {
      transactions: [writer, read.by],
      message: `T2 read ${key} as ${shownList(read.elements)}, which T1 left only until it went on: after ${element} it appended ${last} in the same transaction`,
    });
  }
  return undefined;
}

/** A transaction's elements must be found in the order in which it appended them, and none skipped. */
function outOfOwnOrder({ history, longest, longestRead }: VersionOrder, { happened }: Known) {
  const { key, appenderOf, appendsBy } = history;
  const next = new Map<number, number>();
  for (const element of longest) {
    const writer = appenderOf.get(element);
    if (writer === undefined || !happened(writer) || !longestRead) continue;
    const nth = next.get(writer) ?? 0;
    next.set(writer, nth + 1);
    const own = appendsBy.get(writer) ?? [];
    const expected = own[nth];
    if (expected === element || expected === undefined) continue;
    const reader = longestRead.by === writer ? "T1 itself" : "T2";
    const read = `but ${reader} read it as ${shownList(longest)}`;
    const isLost = !longest.includes(expected);
    return anomaly(isLost ? "lost-append" : "incompatible-order", key, {
      transactions: longestRead.by === writer ? [writer] : [writer, longestRead.by],
      message: `T1 appended ${shownList(own)} to ${key} in this order, ${read}, ${isLost ? `without ${expected}` : "in another order"}`,
    });
  }
  return undefined;
}

/** What was acknowledged, and is missing where somebody looked for it only afterwards. */
function lostAppend(order: VersionOrder, { transactions, happened }: Known) {
  const { key, reads } = order.history;
  let latest: KeyRead | undefined;
  for (const read of reads) {
    if (!latest || invokedAt(read, transactions) > invokedAt(latest, transactions)) latest = read;
  }
  if (!latest) return undefined;
  for (const { by, element } of unreadAppends(order, happened)) {
    const writer = transactions[by];
    const reader = transactions[latest.by];
    if (!writer || !reader || !precedes(writer, reader)) continue;
    return anomaly("lost-append", key, {
      transactions: [by, latest.by],
      message: `T1 appended ${element} to ${key} and was told so; T2 began after that and read ${key} as ${shownList(latest.elements)}, without ${element}, and no read ever found it`,
    });
  }
  return undefined;
}

/** Two that appended upon the same list, as if the other had not. */
function lostUpdate({ history: { key, reads, appendsBy }, incompatible }: VersionOrder) {
  const spoilt = new Set(incompatible);
  const updaters = new Map<number, KeyRead>();
  for (const read of reads) {
    const isBeforeOwn = read.found === read.elements.length;
    if (!isBeforeOwn || !appendsBy.has(read.by) || spoilt.has(read)) continue;
    const first = updaters.get(read.elements.length);
    if (!first) {
      updaters.set(read.elements.length, read);
      continue;
    }
    return anomaly("lost-update", key, {
      transactions: [first.by, read.by],
      message: `T1 and T2 both read ${key} as ${shownList(read.elements)} and then appended to it: whichever was the second did not see what the first had appended`,
    });
  }
  return undefined;
}

function invokedAt({ by }: KeyRead, transactions: readonly Transaction[]): number {
  return transactions[by]?.invokedAt ?? -Infinity;
}

function anomaly(
  type: DirectType,
  key: string,
  about: Pick<Anomaly, "transactions" | "message">,
): Anomaly {
  return { type, key, ...about, steps: [] };
}
