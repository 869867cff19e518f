/**
 * What an edge from one transaction to another says; the first must come before the second. Bits, so
 * that a set of kinds is a number. `onward` leads out of a junction: it is of the kind by which the
 * junction was entered.
 */
export const ww = 1;
export const wr = 2;
export const rw = 4;
export const sameProcess = 8;
export const realTime = 16;
export const onward = 32;

/** Those that prove most come first, so that searches find them first. */
const inOrder = [ww, wr, sameProcess, realTime, onward, rw];

/**
 * Edges by their sources: those of node n stand from `offsets[n]` up to `offsets[n + 1]`. Nodes below
 * `transactions` are transactions. The others are junctions, by which many transactions lead to
 * many without an edge for every pair: two edges by way of one count as one.
 */
export interface Graph {
  readonly nodes: number;
  readonly transactions: number;
  readonly edges: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly kinds: Uint8Array;
  /** What shows each, in the numbers of whoever added it, such as a key; -1 for order in time. */
  readonly labels: Int32Array;
}

export interface GraphBuilder {
  /** A node that is no transaction. */
  addJunction(): number;
  /** An edge from a node to itself says nothing and is left out. */
  addEdge(from: number, to: number, kind: number, label?: number): void;
  build(): Graph;
}

export function graphBuilder(transactions: number): GraphBuilder {
  let nodes = transactions;
  let edges = 0;
  let columns = columnsOf(16);
  return {
    addJunction() {
      nodes += 1;
      return nodes - 1;
    },
    addEdge(from, to, kind, label = -1) {
      if (from === to) return;
      if (edges === columns.kinds.length) columns = longer(columns);
      columns.sources[edges] = from;
      columns.targets[edges] = to;
      columns.kinds[edges] = kind;
      columns.labels[edges] = label;
      edges += 1;
    },
    build: () => bySource({ nodes, transactions, edges, ...columns }),
  };
}

/** Edges in the order in which they were added. Millions of them are many bytes, so each is few. */
interface Columns {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly kinds: Uint8Array;
  readonly labels: Int32Array;
}

function columnsOf(length: number): Columns {
  return {
    sources: new Int32Array(length),
    targets: new Int32Array(length),
    kinds: new Uint8Array(length),
    labels: new Int32Array(length),
  };
}

function longer(columns: Columns): Columns {
  const copy = columnsOf(2 * columns.kinds.length);
  copy.sources.set(columns.sources);
  copy.targets.set(columns.targets);
  copy.kinds.set(columns.kinds);
  copy.labels.set(columns.labels);
  return copy;
}

interface EdgeList extends Columns {
  readonly nodes: number;
  readonly transactions: number;
  readonly edges: number;
}

function bySource({ nodes, transactions, edges, ...of }: EdgeList): Graph {
  const { sources } = of;
  const offsets = new Int32Array(nodes + 1);
  for (let edge = 0; edge < edges; edge += 1) {
    const after = (sources[edge] ?? 0) + 1;
    offsets[after] = (offsets[after] ?? 0) + 1;
  }
  for (let n = 0; n < nodes; n += 1) offsets[n + 1] = (offsets[n + 1] ?? 0) + (offsets[n] ?? 0);
  const free = offsets.slice();
  const graph = {
    ...{ nodes, transactions, edges, offsets },
    ...{
      targets: new Int32Array(edges),
      kinds: new Uint8Array(edges),
      labels: new Int32Array(edges),
    },
  };
  for (const edge of byKind(of.kinds, edges)) {
    const source = sources[edge] ?? 0;
    const place = free[source] ?? 0;
    free[source] = place + 1;
    graph.targets[place] = of.targets[edge] ?? 0;
    graph.kinds[place] = of.kinds[edge] ?? 0;
    graph.labels[place] = of.labels[edge] ?? -1;
  }
  return graph;
}

/** The numbers of the edges, by their kinds `inOrder`, and of one kind as they were added. */
function byKind(kinds: Uint8Array, edges: number): Int32Array {
  const counts = new Int32Array(onward + 1);
  for (let edge = 0; edge < edges; edge += 1) {
    const kind = kinds[edge] ?? 0;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const free = new Int32Array(onward + 1);
  let begin = 0;
  for (const kind of inOrder) {
    free[kind] = begin;
    begin += counts[kind] ?? 0;
  }
  const sorted = new Int32Array(edges);
  for (let edge = 0; edge < edges; edge += 1) {
    const kind = kinds[edge] ?? 0;
    const place = free[kind] ?? 0;
    free[kind] = place + 1;
    sorted[place] = edge;
  }
  return sorted;
}

/** A part of a graph as a graph of its own: its transactions come first, as they should. */
export interface Subgraph {
  readonly graph: Graph;
  /** What its nodes are called in the whole. */
  readonly original: readonly number[];
}

/**
 * `members` in ascending order. `numbers` has a place for every node of the whole and is filled with
 * -1 before and after, so that many small parts cost no more than they are.
 */
export function subgraph(whole: Graph, members: readonly number[], numbers: Int32Array): Subgraph {
  members.forEach((node, number) => {
    numbers[node] = number;
  });
  const isTransaction = (node: number) => node < whole.transactions;
  const part = graphBuilder(members.filter(isTransaction).length);
  for (const node of members) {
    if (!isTransaction(node)) part.addJunction();
    const end = whole.offsets[node + 1] ?? 0;
    for (let edge = whole.offsets[node] ?? 0; edge < end; edge += 1) {
      const target = numbers[whole.targets[edge] ?? 0] ?? -1;
      if (target === -1) continue;
      part.addEdge(numbers[node] ?? 0, target, whole.kinds[edge] ?? 0, whole.labels[edge]);
    }
  }
  for (const node of members) numbers[node] = -1;
  return { graph: part.build(), original: members };
}
