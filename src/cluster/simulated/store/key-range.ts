/** Keys from `key` to before `rangeEnd`, in etcd's conventions. */
export interface KeyRange {
  readonly key: string;
  /** Exclusive. Undefined or empty: `key` alone. "\0": every key from `key` on. */
  readonly rangeEnd?: string;
}

const surrogate = 0xd800;
const afterSurrogates = 0xe000;

/**
 * Orders as the UTF-8 bytes do. UTF-16 units order alike, except that surrogates, which stand for
 * the code points above all others, lie below the units from 0xe000 on.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= surrogate && unit < afterSurrogates ? unit + 0x10000 : unit;
}

/** Only `key` itself is meant. */
export function isSingleKey({ rangeEnd }: KeyRange): boolean {
  return rangeEnd === undefined || rangeEnd === "";
}

/** Does `key` lie in the range? */
export function isInRange(key: string, range: KeyRange): boolean {
  if (isSingleKey(range)) return key === range.key;
  return compareKeys(key, range.key) >= 0 && isBeforeEnd(key, range);
}

/** For a range of more than one key. */
export function isBeforeEnd(key: string, { rangeEnd = "" }: KeyRange): boolean {
  return rangeEnd === "\0" || compareKeys(key, rangeEnd) < 0;
}

/** Where `key` is, or would be put, in an ordered list. */
export function placeOf(key: string, ordered: readonly string[]): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(ordered[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
