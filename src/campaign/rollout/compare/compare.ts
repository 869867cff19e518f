import type { Interval } from "../../interval.js";
import type { FiguresPair, Measured, Metric } from "./metric.js";
import { metricsOf } from "./metrics.js";
import {
  type Comparison,
  type Leg,
  legs,
  type LegRun,
  type RunFigures,
  type Thresholds,
} from "../rollout-record.js";
import { meanInterval, meanOf } from "../../student-t.js";

type ComparedLeg = Comparison["leg"];

/** Loads that differ by more than this part of the longer one were not the same load. */
const durationTolerance = 0.1;

/**
 * Each figure of each leg that was run beside the baseline's, round by round. Runs that failed, and
 * loads that were cut short, are left out: they had other faults. Those that are judged come first.
 */
export function compareLegs(runs: readonly LegRun[], thresholds: Thresholds): Comparison[] {
  const comparisons = legs
    .filter((leg) => leg !== "baseline")
    .filter((leg) => runs.some((run) => run.leg === leg))
    .flatMap((leg) => {
      const pairs = pairsOf(runs, leg);
      return metricsOf(leg, pairs).map((metric) => compare({ leg, metric, pairs, thresholds }));
    });
  const isJudged = ({ threshold }: Comparison) => threshold !== undefined;
  return [...comparisons.filter(isJudged), ...comparisons.filter((each) => !isJudged(each))];
}

function pairsOf(runs: readonly LegRun[], leg: ComparedLeg): FiguresPair[] {
  const baselines = figuresByRound(runs, "baseline");
  return [...figuresByRound(runs, leg)]
    .flatMap(([round, compared]) => {
      const baseline = baselines.get(round);
      return baseline && lastedAlike(baseline, compared) ? [{ round, baseline, compared }] : [];
    })
    .sort((a, b) => a.round - b.round);
}

/** Of several attempts the last one counts, whatever came of it. */
function figuresByRound(runs: readonly LegRun[], leg: Leg): Map<number, RunFigures> {
  const byRound = new Map<number, RunFigures>();
  for (const { round, figures, outcome } of runs.filter((run) => run.leg === leg)) {
    if (figures && outcome !== "failed") byRound.set(round, figures);
    else byRound.delete(round);
  }
  return byRound;
}

function lastedAlike(baseline: RunFigures, compared: RunFigures): boolean {
  const longer = Math.max(baseline.seconds, compared.seconds);
  return Math.abs(baseline.seconds - compared.seconds) <= durationTolerance * longer;
}

interface Case {
  readonly leg: ComparedLeg;
  readonly metric: Metric;
  readonly pairs: readonly FiguresPair[];
  readonly thresholds: Thresholds;
}

function compare({ leg, metric: definition, pairs, thresholds }: Case): Comparison {
  const { metric, title, unit, scale, worse } = definition;
  const measured = pairs.flatMap((pair) => {
    const values = definition.measure(pair);
    // There is no percentage of nothing.
    const isUsable = values && (scale === "difference" || values.baseline > 0);
    return isUsable ? [{ round: pair.round, ...values }] : [];
  });
  const estimate = scale === "percent" ? percentChange(measured) : meanDifference(measured);
  const interval = estimate.interval && withinReach(estimate.interval, { unit, scale });
  const hidesHarm = definition.hidesHarm?.(pairs) ?? false;
  const threshold = definition.threshold && thresholds[definition.threshold];
  return {
    leg,
    metric,
    title,
    unit,
    scale,
    worse,
    pairs: measured.map(({ round, baseline, compared }) => ({ round, baseline, compared })),
    ...(estimate.difference !== undefined && { difference: estimate.difference }),
    ...(interval && { interval }),
    answer: answerOf({
      estimate: { ...estimate, ...(interval && { interval }) },
      worse,
      hidesHarm,
    }),
    ...(threshold !== undefined && {
      threshold,
      judgement: judgementOf({ interval, worse, threshold, hidesHarm }),
    }),
  };
}

interface Estimate {
  readonly difference?: number;
  readonly interval?: Interval;
}

function meanDifference(measured: readonly Measured[]): Estimate {
  const differences = measured.map(({ baseline, compared }) => compared - baseline);
  if (differences.length === 0) return {};
  const difference = meanOf(differences);
  const interval = meanInterval(differences);
  const least = leastSpread(measured);
  return {
    difference,
    ...(interval && {
      interval: {
        low: Math.min(interval.low, difference - least),
        high: Math.max(interval.high, difference + least),
      },
    }),
  };
}

/**
 * Counts that are equal in all runs, such as no change of leader in any, do not show that the true
 * rate is the same: where nothing was seen, up to three events more may have been expected, with 95 %
 * confidence (the rule of three: -ln 0.05, about 3). Zero for what is not counted.
 */
function leastSpread(measured: readonly Measured[]): number {
  const seen = measured.reduce((sum, { exposure = Infinity }) => sum + exposure, 0);
  return -Math.log(0.05) / seen;
}

/**
 * By the logarithm of the ratio, so that half and double weigh the same. Where something fell to zero,
 * which has none, the percentages themselves are averaged.
 */
function percentChange(measured: readonly Measured[]): Estimate {
  if (measured.length === 0) return {};
  const ratios = measured.map(({ baseline, compared }) => compared / baseline);
  const [of, back] = ratios.every((ratio) => ratio > 0)
    ? [Math.log, Math.exp]
    : [(ratio: number) => ratio, (ratio: number) => ratio];
  const percent = (value: number) => 100 * (back(value) - 1);
  const values = ratios.map(of);
  const interval = meanInterval(values);
  return {
    difference: percent(meanOf(values)),
    ...(interval && { interval: { low: percent(interval.low), high: percent(interval.high) } }),
  };
}

/** Nothing falls by more than 100 %, nor does a percentage rise by more than 100 points. */
function withinReach(
  { low, high }: Interval,
  { unit, scale }: Pick<Comparison, "unit" | "scale">,
): Interval {
  const isShare = unit === "%" && scale === "difference";
  return {
    low: isShare || scale === "percent" ? Math.max(-100, low) : low,
    // Plain JSON knows no infinity.
    high: Math.min(isShare ? 100 : Number.MAX_VALUE, high),
  };
}

interface Answering {
  readonly estimate: Estimate;
  readonly worse: Comparison["worse"];
  readonly hidesHarm: boolean;
}

function answerOf({ estimate, worse, hidesHarm }: Answering): Comparison["answer"] {
  if (estimate.difference === undefined) return "unmeasured";
  const { low, high } = harmOf(estimate.interval ?? { low: 0, high: 0 }, worse);
  if (low > 0) return "worse";
  return high < 0 && !hidesHarm ? "better" : "indistinguishable";
}

interface Judging {
  readonly interval: Interval | undefined;
  readonly worse: Comparison["worse"];
  readonly threshold: number;
  readonly hidesHarm: boolean;
}

function judgementOf({
  interval,
  worse,
  threshold,
  hidesHarm,
}: Judging): NonNullable<Comparison["judgement"]> {
  if (!interval) return "open";
  const harm = harmOf(interval, worse);
  if (harm.low > threshold) return "beyond";
  return harm.high <= threshold && !hidesHarm ? "within" : "open";
}

/** How much worse it is: above zero is harm, whichever direction that is. */
export function harmOf({ low, high }: Interval, worse: Comparison["worse"]): Interval {
  return worse === "higher" ? { low, high } : { low: -high, high: -low };
}
