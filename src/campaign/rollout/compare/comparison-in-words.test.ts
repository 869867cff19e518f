import { expect, it } from "vitest";
import { differenceInWords, thresholdInWords, valueInWords } from "./comparison-in-words.js";
import type { Comparison } from "../rollout-record.js";

function comparisonWith(rest: Partial<Comparison>): Comparison {
  return {
    leg: "candidate",
    metric: "availability",
    title: "availability",
    unit: "%",
    scale: "difference",
    worse: "lower",
    pairs: [],
    answer: "indistinguishable",
    ...rest,
  };
}

it.each([
  [99.968, "%", "99.97 %"],
  [100, "%", "100 %"],
  [0, "%", "0 %"],
  [4.218, "ms", "4.2 ms"],
  [0.0421, "ms", "0.042 ms"],
  [350.4, "ms", "350 ms"],
  [1_349, "ms", "1.35 s"],
  [1_250.4, "ops/s", "1,250 ops/s"],
  [12.34, "ops/s", "12.3 ops/s"],
  [0.5, "1/min", "0.5 a minute"],
] as const)("says %f %s as %s", (value, unit, words) => {
  expect(valueInWords(value, unit)).toBe(words);
});

const points = { unit: "%", scale: "difference" } as const;
const time = { unit: "ms", scale: "difference" } as const;
const percent = { unit: "ms", scale: "percent" } as const;

it.each([
  [{ ...points, difference: 1.2, interval: { low: -0.3, high: 2.7 } }, "+1.2 points [−0.3, +2.7]"],
  [{ ...points, difference: 0, interval: { low: 0, high: 0 } }, "0 points [0, 0]"],
  [{ ...points, difference: -0.04 }, "−0.04 points"],
  [{ ...points, difference: -1 }, "−1 point"],
  [{ ...time, difference: 120, interval: { low: -30, high: 270 } }, "+120 ms [−30, +270]"],
  [{ ...time, difference: 120, interval: { low: -900, high: 1_140 } }, "+0.12 s [−0.9, +1.14]"],
  [
    { ...percent, difference: 1_500, interval: { low: -0.00001, high: 4_000 } },
    "+1,500 % [0, +4,000]",
  ],
  [{ unit: "1/min", scale: "difference", difference: 1.5 }, "+1.5 a minute"],
  [{ unit: "ops/s", scale: "percent", difference: -3.14 }, "−3.1 %"],
  [{}, "not measured"],
] as const)("says the difference of %j", (rest, words) => {
  expect(differenceInWords(comparisonWith(rest))).toBe(words);
});

it.each([
  [{ ...points, threshold: 5 }, "at most 5 points lower"],
  [{ ...points, threshold: 0.05 }, "at most 0.05 points lower"],
  [{ ...time, worse: "higher", threshold: 1_000 }, "at most 1 s longer"],
  [{ ...percent, worse: "higher", threshold: 25 }, "at most 25 % higher"],
  [{ unit: "ops/s", scale: "percent", threshold: 10 }, "at most 10 % lower"],
  [{ unit: "1/min", worse: "higher", threshold: 1 }, "at most 1 a minute higher"],
  [{}, "not judged"],
] as const)("says the threshold of %j", (rest, words) => {
  expect(thresholdInWords(comparisonWith(rest))).toBe(words);
});
