/** How many of these numbers, which must be sorted, are below `limit`: a binary search. */
export function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of these sorted numbers lie from `from` on and before `to`. */
export function countBetween(
  sorted: Float64Array,
  { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number },
): number {
  return Math.max(0, countBelow(sorted, toNs) - countBelow(sorted, fromNs));
}
