import type { Interval } from "./interval.js";

/**
 * Where the true mean lies with 90 % confidence, so that each bound alone holds with 95 %. Student's t
 * interval ("The probable error of a mean", Biometrika 6, 1908); it takes the values for independent
 * and about normally distributed. Undefined below two values, which cannot show how they vary. Equal
 * values have an interval of no width.
 */
export function meanInterval(values: readonly number[]): Interval | undefined {
  const degrees = values.length - 1;
  if (degrees < 1) return undefined;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / degrees;
  const spread = quantile95(degrees) * Math.sqrt(variance / values.length);
  return { low: mean - spread, high: mean + spread };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that Student's t with so many degrees of freedom, from 1 on, exceeds in 5 % of cases. */
export function quantile95(degrees: number): number {
  let low = 0;
  let high = Math.PI / 2;
  // By the angle, which is bounded where t is not. Halved until a double can tell no more.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, degrees) < 0.9) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan(low);
}

/**
 * How often |t| stays below sqrt(degrees) * tan(angle): the finite series of Abramowitz and Stegun,
 * "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 */
function shareWithin(angle: number, degrees: number): number {
  const cosine = Math.cos(angle);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= (cosine ** 2 * (power - 1)) / power;
    sum += term;
  }
  const series = Math.sin(angle) * sum;
  return isOdd ? (2 / Math.PI) * (angle + series) : series;
}
