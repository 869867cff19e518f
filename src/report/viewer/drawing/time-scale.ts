/** A map from seconds to pixels that keeps order and shortens long waits. */
export interface TimeScale {
  readonly x: (seconds: number) => number;
  /** True where gaps are not in proportion to their times. */
  readonly isBent: boolean;
}

/**
 * The moments that matter lie milliseconds apart in one place and seconds in another. On a true
 * scale one of the two cannot be seen, and what matters is the order alone: so each gap between
 * neighbouring moments gets a width that grows with it, but slowly.
 */
export function bentScale(
  moments: readonly number[],
  { left, right }: { left: number; right: number },
): TimeScale {
  const points = [...new Set(moments)].sort((a, b) => a - b);
  const gaps = points.slice(1).map((point, i) => point - (points[i] ?? point));
  const shortest = Math.min(...gaps);
  const weights = gaps.map((gap) => 1 + Math.min(3, 0.6 * Math.log2(gap / shortest)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const places = [left];
  for (const weight of weights)
    places.push((places.at(-1) ?? left) + (weight / total) * (right - left));

  return {
    // The first and the last gap are margins, of which nothing is to be read.
    isBent: isBent(gaps.slice(1, -1)),
    x: (seconds) => {
      const after = points.findIndex((point) => point >= seconds);
      if (after === 0) return left;
      if (after < 0) return right;
      const [t0 = 0, t1 = 1] = [points[after - 1], points[after]];
      const [x0 = left, x1 = right] = [places[after - 1], places[after]];
      return x0 + ((seconds - t0) / (t1 - t0)) * (x1 - x0);
    },
  };
}

function isBent(gaps: readonly number[]): boolean {
  return Math.max(...gaps) > 4 * Math.min(...gaps);
}
