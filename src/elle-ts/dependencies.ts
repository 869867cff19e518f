import { type GraphBuilder, onward, rw, wr, ww } from "./graph.js";
import { type Happened, unreadAppends, type VersionOrder } from "./version-order.js";

/**
 * The edges that one key's reads prove. ww: one appended right before the other; wr: one appended
 * the last element that the other read; rw: one read the list before the other appended to it.
 * `key` is what edges are to be labelled with.
 */
export function addDependencies(
  graph: GraphBuilder,
  order: VersionOrder,
  { key, happened }: { readonly key: number; readonly happened: Happened },
): void {
  const { longest, history } = order;
  const writers = longest.map((element) => history.appenderOf.get(element) ?? -1);
  writers.forEach((writer, i) => {
    const before = writers[i - 1];
    if (before !== undefined) graph.addEdge(before, writer, ww, key);
  });
  const last = writers.at(-1);
  const beforeUnread: Source[] = last === undefined ? [] : [{ node: last, kind: ww }];
  for (const read of history.reads) {
    if (read.found === undefined) continue;
    const writer = writers[read.found - 1];
    if (writer !== undefined) graph.addEdge(writer, read.by, wr, key);
    const next = writers[read.found];
    if (next === undefined) beforeUnread.push({ node: read.by, kind: rw });
    else graph.addEdge(read.by, next, rw, key);
  }
  const unread = new Set(unreadAppends(order, happened).map(({ by }) => by));
  connectAll(graph, { sources: beforeUnread, targets: unread, key });
}

interface Source {
  readonly node: number;
  readonly kind: number;
}

interface Connection {
  readonly sources: readonly Source[];
  readonly targets: ReadonlySet<number>;
  readonly key: number;
}

/**
 * An edge from every source to every target but itself, by way of junctions. Nodes that are both
 * must not come back to themselves through a junction: they share one that leads to none of them,
 * and reach each other by way of one among them.
 */
function connectAll(graph: GraphBuilder, { sources, targets, key }: Connection): void {
  const both = sources.filter(({ node }) => targets.has(node));
  const others = sources.filter(({ node }) => !targets.has(node));
  throughJunction(graph, { sources: others, targets, key });
  const rest = new Set(targets);
  for (const { node } of both) rest.delete(node);
  throughJunction(graph, { sources: both, targets: rest, key });
  // At most one is the last writer, whose edges prove more than a reader's.
  const hub = both.find(({ kind }) => kind === ww) ?? both[0];
  if (!hub) return;
  for (const { node, kind } of both) {
    graph.addEdge(hub.node, node, hub.kind, key);
    graph.addEdge(node, hub.node, kind, key);
  }
}

function throughJunction(graph: GraphBuilder, { sources, targets, key }: Connection): void {
  if (sources.length === 0 || targets.size === 0) return;
  const junction = graph.addJunction();
  for (const { node, kind } of sources) graph.addEdge(node, junction, kind, key);
  for (const target of targets) graph.addEdge(junction, target, onward, key);
}
