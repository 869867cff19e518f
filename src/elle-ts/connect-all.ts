import { type GraphBuilder, onward, ww } from "./graph.js";

export interface Source {
  readonly node: number;
  readonly kind: number;
}

interface Connection {
  readonly sources: readonly Source[];
  readonly targets: ReadonlySet<number>;
  readonly label: number;
}

/**
 * An edge from every source to every target but itself, by way of junctions. Nodes that are both
 * must not come back to themselves through a junction: they share one that leads to none of them,
 * and reach each other by way of one among them.
 */
export function connectAll(graph: GraphBuilder, { sources, targets, label }: Connection): void {
  const both = sources.filter(({ node }) => targets.has(node));
  const others = sources.filter(({ node }) => !targets.has(node));
  throughJunction(graph, { sources: others, targets, label });
  const rest = new Set(targets);
  for (const { node } of both) rest.delete(node);
  throughJunction(graph, { sources: both, targets: rest, label });
  // At most one is the last writer, whose edges prove more than a reader's.
  const hub = both.find(({ kind }) => kind === ww) ?? both[0];
  if (!hub) return;
  for (const { node, kind } of both) {
    graph.addEdge(hub.node, node, hub.kind, label);
    graph.addEdge(node, hub.node, kind, label);
  }
}

function throughJunction(graph: GraphBuilder, { sources, targets, label }: Connection): void {
  if (sources.length <= 1 || targets.size <= 1) {
    for (const { node, kind } of sources) {
      for (const target of targets) graph.addEdge(node, target, kind, label);
    }
    return;
  }
  const junction = graph.addJunction();
  for (const { node, kind } of sources) graph.addEdge(node, junction, kind, label);
  for (const target of targets) graph.addEdge(junction, target, onward, label);
}
