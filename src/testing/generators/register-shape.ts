/** What a generated history of registers is to be like. The same shape gives the same history. */
export interface RegisterShape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** Registers. Default: 1. */
  readonly keys?: number;
  /** Half reads; the rest writes, or writes and compare-and-sets, two to three. */
  readonly kinds: "read-write" | "cas";
  /** One in five of what is no read deletes the key instead. */
  readonly deletes?: true;
  /** "few": 0 to 4. "unique": no value is written twice. */
  readonly values: "unique" | "few";
  /** So many in a hundred never return. Half of them take effect, some of these much later. */
  readonly unknownPercent: number;
  /**
   * "stale": a read near the end finds what had been overwritten. "lost": a write in the middle that
   * was acknowledged never takes effect. "overspent", for few values: one more read near the end
   * finds a value again than there are writes of it that never returned. All three are invalid for
   * certain: see sabotage.ts.
   */
  readonly outcome: "valid" | "stale" | "lost" | "overspent";
}

export const fewValues = 5;

/** In words, the same words for the same shape, its seed apart. */
export function nameOfShape(shape: RegisterShape): string {
  const { operations, clients, keys = 1, kinds, deletes, values, unknownPercent, outcome } = shape;
  return [
    keys === 1 ? "register" : `kv of ${keys.toLocaleString("en")} keys`,
    `${operations.toLocaleString("en")} ops`,
    `${clients} clients`,
    kinds === "cas" ? "with cas" : "reads and writes",
    ...(deletes ? ["deletions"] : []),
    `${values} values`,
    `${unknownPercent} % unknown`,
    outcome,
  ].join(", ");
}

export const logKinds = { read: 0, write: 1, swap: 2, refusal: 3, deletion: 4 } as const;

/** What a register holds at first, and once it was deleted. */
export const nil = -1;

/** A history of registers by columns, in the order of the calls. Values are numbers. */
export interface RegisterLog {
  readonly count: number;
  /** One of `logKinds`. A compare-and-set that never returned is a swap. */
  readonly kind: Uint8Array;
  readonly key: Int32Array;
  /** Of a compare-and-set: what it was to replace. */
  readonly expected: Int32Array;
  /** What it found there: a read's and a deletion's answer. Says nothing of what never returned. */
  readonly found: Int32Array;
  /** Of a write and a compare-and-set: what it was to write; `nil` of a deletion. */
  readonly left: Int32Array;
  /** Of the store: that it was written at, or that what it found was. 0: at the beginning. */
  readonly revision: Int32Array;
  /** Whole numbers, all different, and different from all returns. */
  readonly call: Float64Array;
  /** Infinity: never. */
  readonly returned: Float64Array;
}

export function emptyLog(count: number): RegisterLog {
  return {
    count,
    kind: new Uint8Array(count),
    key: new Int32Array(count),
    expected: new Int32Array(count).fill(nil),
    found: new Int32Array(count).fill(nil),
    left: new Int32Array(count).fill(nil),
    revision: new Int32Array(count),
    call: new Float64Array(count),
    returned: new Float64Array(count),
  };
}
