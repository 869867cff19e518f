import type { Columns } from "../../columns.js";

/** Operations of one thread on one node, in the order of their starts. */
export interface Row {
  readonly node: string;
  readonly label: string;
  /** Positions in the columns. */
  readonly operations: Uint32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /**
   * The latest end up to each operation: it never falls, so that the first operation that reaches
   * into a window is found by bisection even where operations of a row overlap.
   */
  readonly reach: Float64Array;
}

/** Rows of operations, grouped by node. */
export interface RowIndex {
  readonly rows: readonly Row[];
  /** The row of each operation, by position in the columns. */
  readonly rowOf: Uint32Array;
}

/**
 * A process is retired after each operation of unknown outcome, so that rows are threads: thread
 * number = process modulo the number of threads.
 */
export function indexRows(
  columns: Columns,
  options: { concurrency: number; nodes: readonly string[]; duration: number },
): RowIndex {
  const threads = Math.max(1, options.concurrency);
  const places = columns.nodes.map((node) => {
    const place = options.nodes.indexOf(node);
    return place < 0 ? options.nodes.length : place;
  });
  const members = new Map<number, number[]>();
  for (let i = 0; i < columns.count; i++) {
    const node = columns.node[i] ?? 0;
    const thread = (columns.process[i] ?? 0) % threads;
    const id = node * threads + thread;
    const list = members.get(id);
    if (list) list.push(i);
    else members.set(id, [i]);
  }
  const ids = [...members.keys()].sort((a, b) => {
    const nodeA = Math.floor(a / threads);
    const nodeB = Math.floor(b / threads);
    return (places[nodeA] ?? 0) - (places[nodeB] ?? 0) || nodeA - nodeB || a - b;
  });
  const rowOf = new Uint32Array(columns.count);
  const rows = ids.map((id, number) => {
    const operations = Uint32Array.from(members.get(id) ?? []);
    operations.sort((a, b) => (columns.start[a] ?? 0) - (columns.start[b] ?? 0));
    for (const position of operations) rowOf[position] = number;
    return makeRow(columns, operations, {
      node: columns.nodes[Math.floor(id / threads)] ?? "",
      label: `thread ${id % threads}`,
      duration: options.duration,
    });
  });
  return { rows, rowOf };
}

function makeRow(
  columns: Columns,
  operations: Uint32Array,
  { node, label, duration }: { node: string; label: string; duration: number },
): Row {
  const starts = new Float64Array(operations.length);
  const ends = new Float64Array(operations.length);
  const reach = new Float64Array(operations.length);
  let furthest = -Infinity;
  for (const [place, position] of operations.entries()) {
    const end = columns.end[position] ?? NaN;
    starts[place] = columns.start[position] ?? 0;
    // What was never answered is drawn up to what its thread did next: beyond that it would lie
    // over all that follows.
    const next = operations[place + 1];
    const last = next === undefined ? duration : (columns.start[next] ?? duration);
    ends[place] = Number.isNaN(end) ? last : end;
    furthest = Math.max(furthest, ends[place] ?? 0);
    reach[place] = furthest;
  }
  return { node, label, operations, starts, ends, reach };
}

/** First place in an ascending array whose value is at least `value`. */
export function firstAtLeast(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
