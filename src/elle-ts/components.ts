import { type Graph, onward } from "./graph.js";

/**
 * The number of each node's strongly connected component. A component has a lower number than those
 * that lead to it, so one node can reach another only where its own number is not lower. Edges of
 * the kinds in `kinds` count, and those out of junctions.
 *
 * R. Tarjan, "Depth-first search and linear graph algorithms", 1972; with a stack of its own, since
 * a history is deeper than the machine's.
 */
export function componentsOf(graph: Graph, kinds: number): Int32Array {
  const { nodes, offsets, targets } = graph;
  const wanted = kinds | onward;
  const component = new Int32Array(nodes).fill(-1);
  /** By order of discovery, from 1; 0 for nodes that were not met yet. */
  const met = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const nextEdge = offsets.slice();
  const open: number[] = [];
  const path: number[] = [];
  let discovered = 0;
  let components = 0;

  function enter(node: number): void {
    discovered += 1;
    met[node] = discovered;
    low[node] = discovered;
    open.push(node);
    path.push(node);
  }

  function leave(node: number): void {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
    if (low[node] !== met[node]) return;
    let member: number | undefined;
    do {
      member = open.pop();
      if (member !== undefined) component[member] = components;
    } while (member !== undefined && member !== node);
    components += 1;
  }

  // What came last in time has the lowest numbers then, wherever the graph leaves it open.
  for (let root = nodes - 1; root >= 0; root -= 1) {
    if (met[root] !== 0) continue;
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const edge = nextEdge[node] ?? 0;
      if (edge === offsets[node + 1]) {
        leave(node);
        continue;
      }
      nextEdge[node] = edge + 1;
      if (((graph.kinds[edge] ?? 0) & wanted) === 0) continue;
      const target = targets[edge] ?? 0;
      if (met[target] === 0) enter(target);
      else if (component[target] === -1) {
        low[node] = Math.min(low[node] ?? 0, met[target] ?? 0);
      }
    }
  }
  return component;
}

/** Components of more than one node, each in ascending order. */
export function tanglesOf(component: Int32Array): number[][] {
  const sizes = new Int32Array(component.length);
  for (const number of component) sizes[number] = (sizes[number] ?? 0) + 1;
  const tangles = new Map<number, number[]>();
  component.forEach((number, node) => {
    if ((sizes[number] ?? 0) < 2) return;
    const known = tangles.get(number);
    if (known) known.push(node);
    else tangles.set(number, [node]);
  });
  return [...tangles.values()];
}
