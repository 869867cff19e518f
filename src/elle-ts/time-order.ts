import { type GraphBuilder, onward, realTime, sameProcess } from "./graph.js";
import { type Happened, precedes, type Timed } from "./transaction.js";

interface Moment {
  readonly index: number;
  readonly at: number;
}

/**
 * Edges from every transaction that ended ok to all that were invoked later. Those that have
 * completed since the last junction lead into the next one, each junction leads into the one after
 * it, and whatever is invoked hangs on the last: so there are never more than three edges a
 * transaction, however many of them overlap.
 */
export function addRealTime(
  graph: GraphBuilder,
  transactions: readonly Timed[],
  happened: Happened,
): void {
  const completions = inTime(transactions, ({ outcome, completedAt }) =>
    outcome === "ok" ? completedAt : undefined,
  );
  const invocations = inTime(transactions, ({ invokedAt }) => invokedAt);
  let completed = 0;
  let junction: number | undefined;
  for (const { index, at } of invocations) {
    if (!happened(index)) continue;
    const first = completed;
    while ((completions[completed]?.at ?? Infinity) < at) completed += 1;
    if (completed > first) {
      const next = graph.addJunction();
      if (junction !== undefined) graph.addEdge(junction, next, onward);
      for (const done of completions.slice(first, completed)) {
        graph.addEdge(done.index, next, realTime);
      }
      junction = next;
    }
    if (junction !== undefined) graph.addEdge(junction, index, onward);
  }
}

function inTime(
  transactions: readonly Timed[],
  timeOf: (transaction: Timed) => number | undefined,
): Moment[] {
  const moments: Moment[] = [];
  for (const [index, transaction] of transactions.entries()) {
    const at = timeOf(transaction);
    if (at !== undefined) moments.push({ index, at });
  }
  return moments.sort((a, b) => a.at - b.at);
}

/** Edges from each transaction that ended ok to the next ones of its process. */
export function addProcessOrder(
  graph: GraphBuilder,
  transactions: readonly Timed[],
  happened: Happened,
): void {
  const lastOk = new Map<number | string, number>();
  for (const { index } of inTime(transactions, ({ invokedAt }) => invokedAt)) {
    const transaction = transactions[index];
    if (!transaction || !happened(index)) continue;
    const before = lastOk.get(transaction.process);
    const earlier = before === undefined ? undefined : transactions[before];
    if (before !== undefined && earlier && precedes(earlier, transaction)) {
      graph.addEdge(before, index, sameProcess);
    }
    if (transaction.outcome === "ok") lastOk.set(transaction.process, index);
  }
}
