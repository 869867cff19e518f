import { connectAll, type Source } from "./connect-all.js";
import { type GraphBuilder, rw, wr, ww } from "./graph.js";
import type { Happened } from "./transaction.js";
import { unreadAppends, type VersionOrder } from "./version-order.js";

/**
 * The edges that one key's reads prove. ww: one appended right before the other; wr: one appended
 * the last element that the other read; rw: one read the list before the other appended to it.
 * `label` is what edges are to be labelled with.
 */
export function addDependencies(
  graph: GraphBuilder,
  order: VersionOrder,
  { label, happened }: { readonly label: number; readonly happened: Happened },
): void {
  const { longest, history } = order;
  const writers = longest.map((element) => history.appenderOf.get(element) ?? -1);
  writers.forEach((writer, i) => {
    const before = writers[i - 1];
    if (before !== undefined) graph.addEdge(before, writer, ww, label);
  });
  const last = writers.at(-1);
  const beforeUnread: Source[] = last === undefined ? [] : [{ node: last, kind: ww }];
  for (const read of history.reads) {
    if (read.found === undefined) continue;
    const writer = writers[read.found - 1];
    if (writer !== undefined) graph.addEdge(writer, read.by, wr, label);
    const next = writers[read.found];
    if (next === undefined) beforeUnread.push({ node: read.by, kind: rw });
    else graph.addEdge(read.by, next, rw, label);
  }
  const unread = new Set(unreadAppends(order, happened).map(({ by }) => by));
  connectAll(graph, { sources: beforeUnread, targets: unread, label });
}
