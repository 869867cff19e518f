import type { Operation } from "../core/operation.js";

/**
 * The part of each operation that drawings and filters need, a column a property. Positions are
 * those of `operations`; names are looked up in the lists beside.
 */
export interface Columns {
  readonly count: number;
  readonly nodes: readonly string[];
  readonly keys: readonly string[];
  readonly kinds: readonly string[];
  /** Index of the invocation in the history. */
  readonly index: Float64Array;
  /** Seconds since the run began, to the microsecond. */
  readonly start: Float64Array;
  /** NaN where no completion was recorded. */
  readonly end: Float64Array;
  readonly process: Float64Array;
  readonly node: Float64Array;
  /** Position in `keys` plus one; 0 for an operation on no one key. */
  readonly key: Float64Array;
  readonly kind: Float64Array;
  /** Position in `outcomes`. */
  readonly outcome: Float64Array;
  /** 0 in the main phase, 1 in the final one. */
  readonly phase: Float64Array;
}

export const outcomes = ["ok", "fail", "info"] as const;

/** How to cut the bytes of the packed columns apart again. Plain JSON. */
export interface PackedColumns {
  readonly count: number;
  readonly nodes: readonly string[];
  readonly keys: readonly string[];
  readonly kinds: readonly string[];
  /** Bytes of each column, in the order of `columnNames`. */
  readonly sizes: readonly number[];
}

const columnNames = [
  "index",
  "start",
  "duration",
  "process",
  "node",
  "key",
  "kind",
  "outcome",
  "phase",
] as const;

type ColumnName = (typeof columnNames)[number];

/** Columns whose neighbours are alike: their differences pack better than they do. */
const growing: ReadonlySet<ColumnName> = new Set(["index", "start"]);

/**
 * Variable-length numbers rather than fixed-width arrays: no run is too long or has too many
 * processes for them, and they are half as big once compressed.
 */
export function packColumns(operations: readonly Operation[]): {
  readonly packed: PackedColumns;
  readonly bytes: Uint8Array;
} {
  const nodes = new Names();
  const keys = new Names();
  const kinds = new Names();
  const columns: Record<ColumnName, number[]> = {
    index: operations.map((op) => op.index),
    start: operations.map((op) => microseconds(op.invokedAtNs)),
    duration: operations.map(duration),
    process: operations.map((op) => op.process),
    node: operations.map((op) => nodes.position(op.node)),
    key: operations.map(({ input }) => {
      const key = keyOf(input);
      return key === undefined ? 0 : keys.position(key) + 1;
    }),
    kind: operations.map((op) => kinds.position(op.input.f)),
    outcome: operations.map((op) => outcomes.indexOf(op.outcome.type)),
    phase: operations.map((op) => (op.phase === "final" ? 1 : 0)),
  };
  const parts = columnNames.map((name) => encode(columns[name], growing.has(name)));
  return {
    packed: {
      count: operations.length,
      nodes: nodes.list,
      keys: keys.list,
      kinds: kinds.list,
      sizes: parts.map((part) => part.length),
    },
    bytes: concatenate(parts),
  };
}

export function unpackColumns(packed: PackedColumns, bytes: Uint8Array): Columns {
  let offset = 0;
  const read = (name: ColumnName): Float64Array => {
    const size = packed.sizes[columnNames.indexOf(name)] ?? 0;
    const part = bytes.subarray(offset, offset + size);
    offset += size;
    return decode(part, packed.count, growing.has(name));
  };
  // In the order of `columnNames`.
  const index = read("index");
  const start = read("start").map((us) => us / 1e6);
  const end = read("duration").map((us, i) => (us === 0 ? NaN : (start[i] ?? 0) + (us - 1) / 1e6));
  const process = read("process");
  const node = read("node");
  const key = read("key");
  const kind = read("kind");
  const outcome = read("outcome");
  const phase = read("phase");
  const { count, nodes, keys, kinds } = packed;
  return {
    ...{ count, nodes, keys, kinds },
    ...{ index, start, end, process, node, key, kind, outcome, phase },
  };
}

/** The key that an operation is about, where its workload names one. */
export function keyOf(input: object): string | undefined {
  return "key" in input && typeof input.key === "string" ? input.key : undefined;
}

/** Microseconds from the invocation to the completion plus one; 0 where there was none. */
function duration(op: Operation): number {
  if (op.completedAtNs === undefined) return 0;
  return Math.max(0, microseconds(op.completedAtNs) - microseconds(op.invokedAtNs)) + 1;
}

function microseconds(ns: number): number {
  return Math.round(ns / 1000);
}

class Names {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  position(name: string): number {
    let position = this.#positions.get(name);
    if (position === undefined) {
      position = this.list.length;
      this.list.push(name);
      this.#positions.set(name, position);
    }
    return position;
  }
}

/** Seven bits a byte, low ones first; the top bit says that more follow. Signs go zigzag. */
function encode(values: readonly number[], differences: boolean): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (const value of values) {
    const signed = differences ? value - previous : value;
    previous = value;
    let rest = signed >= 0 ? 2 * signed : -2 * signed - 1;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

function decode(bytes: Uint8Array, count: number, differences: boolean): Float64Array {
  const values = new Float64Array(count);
  let offset = 0;
  let previous = 0;
  for (let i = 0; i < count; i++) {
    let zigzag = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new RangeError("the packed columns end too early");
      zigzag += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
    }
    const signed = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    previous = differences ? previous + signed : signed;
    values[i] = previous;
  }
  return values;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
