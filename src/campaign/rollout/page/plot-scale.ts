import { meanOf } from "../../student-t.js";

/** A moment in seconds, and a value. */
export type Point = readonly [seconds: number, value: number];

/** So many points are enough for the eye, and keep the page small. */
const pointsAtMost = 600;

/** Second by second, in the middle of each; of a long load the means of several seconds. */
export function pointsOf(perSecond: readonly number[]): {
  readonly secondsEach: number;
  readonly points: readonly Point[];
} {
  const secondsEach = Math.max(1, Math.ceil(perSecond.length / pointsAtMost));
  const points: Point[] = [];
  for (let from = 0; from < perSecond.length; from += secondsEach) {
    const part = perSecond.slice(from, from + secondsEach);
    points.push([from + part.length / 2, meanOf(part)]);
  }
  return { secondsEach, points };
}

/** Multiples of a round step from zero to the end, about so many. */
export function ticksUpTo(end: number, wanted: number): readonly number[] {
  if (end <= 0) return [0];
  const rough = end / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}
