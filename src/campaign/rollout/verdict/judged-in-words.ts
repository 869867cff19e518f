import { harmOf } from "../compare/compare.js";
import { harmInWords, thresholdInWords } from "../compare/comparison-in-words.js";
import type { Comparison } from "../rollout-record.js";

const confidence = "with 95 % confidence";

const circumstance: Readonly<Record<Comparison["leg"], string>> = {
  candidate: "With the new set-up",
  forward: "During the change from old to new",
  back: "On the way back from new to old",
};

/** Of a comparison that is certainly worse than its threshold allows. */
export function beyondInWords(comparison: Comparison): string {
  const { low = 0 } = harmOfComparison(comparison);
  return sentenceAbout(comparison, `is at least ${harmInWords(comparison, low)} ${confidence}`);
}

/** Of one that is certainly within it. */
export function atMostInWords(comparison: Comparison): string {
  const { high = 0 } = harmOfComparison(comparison);
  const bound =
    high > 0 ? `at most ${harmInWords(comparison, high)}` : `not ${directionOf(comparison)}`;
  return sentenceAbout(comparison, `is ${bound} ${confidence}`);
}

/** Of one that is too uncertain, though it has an interval. */
export function openInWords(comparison: Comparison): string {
  const { threshold = 0 } = comparison;
  const { high = 0 } = harmOfComparison(comparison);
  const words =
    high > threshold
      ? `may be up to ${harmInWords(comparison, high)} ${confidence}, which is too uncertain`
      : "cannot be told: other faults or the load's end cut it short more often than in the baseline";
  return sentenceAbout(comparison, words);
}

/** Of those of a leg that have no interval. */
export function tooFewInWords(leg: Comparison["leg"], comparisons: readonly Comparison[]): string {
  const titles = comparisons.map(({ title }) => title).join(", ");
  return `${circumstance[leg]}, fewer than two rounds have what is needed to compare ${titles}.`;
}

function harmOfComparison({ interval, worse }: Comparison): {
  readonly low?: number;
  readonly high?: number;
} {
  return interval ? harmOf(interval, worse) : {};
}

function directionOf({ scale, unit, worse }: Comparison): string {
  const isTime = scale === "difference" && unit === "ms";
  return isTime && worse === "higher" ? "longer" : worse;
}

function sentenceAbout(comparison: Comparison, words: string): string {
  const { leg, title } = comparison;
  return `${circumstance[leg]}, ${title} ${words}; allowed is ${thresholdInWords(comparison)}.`;
}
