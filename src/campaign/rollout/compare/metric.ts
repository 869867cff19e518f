import type { Comparison, RunFigures, Thresholds } from "../rollout-record.js";

/** The figures of one round, of the baseline and of the leg that is held against it. */
export interface FiguresPair {
  readonly round: number;
  readonly baseline: RunFigures;
  readonly compared: RunFigures;
}

/** Something that is measured in both runs of a pair. */
export interface Metric extends Pick<Comparison, "metric" | "title" | "unit" | "scale" | "worse"> {
  /** The threshold that judges it, in the legs in which it is judged. */
  readonly threshold?: keyof Thresholds;
  /** Undefined where one of both has nothing to measure. */
  measure(pair: FiguresPair): Measured | undefined;
  /**
   * True where what is slow got lost more often than in the baseline, so that what is left looks
   * better than it was: it cannot be called within a threshold then.
   */
  hidesHarm?(pairs: readonly FiguresPair[]): boolean;
}

export interface Measured {
  readonly baseline: number;
  readonly compared: number;
  /** Of what is counted: an event more in so much would be one more in the metric's unit. */
  readonly exposure?: number;
}

/** Of a part of operations. */
export const share = { unit: "%", scale: "difference", worse: "lower" } as const;

/** Of a time without service. */
export const time = { unit: "ms", scale: "difference", worse: "higher" } as const;

/** Something that either run has or lacks. */
export function ofValues(valueOf: (figures: RunFigures) => number | undefined): Metric["measure"] {
  return ({ baseline, compared }) => {
    const [before, after] = [valueOf(baseline), valueOf(compared)];
    return before === undefined || after === undefined
      ? undefined
      : { baseline: before, compared: after };
  };
}

/** In percent. */
export function ofShares(
  shareOf: (figures: RunFigures) => { readonly ok: number; readonly all: number },
): Metric["measure"] {
  return ofCounts(100, (figures) => {
    const { ok, all } = shareOf(figures);
    return { events: ok, of: all };
  });
}

/** A minute. */
export function ofRates(
  rateOf: (figures: RunFigures) => { readonly events: number; readonly seconds: number },
): Metric["measure"] {
  return ofCounts(60, (figures) => {
    const { events, seconds } = rateOf(figures);
    return { events, of: seconds };
  });
}

/** So many events of, or in, so much; `unit` of that is what the metric counts by. */
function ofCounts(
  unit: number,
  countOf: (figures: RunFigures) => { readonly events: number; readonly of: number },
): Metric["measure"] {
  const value = ({ events, of }: ReturnType<typeof countOf>) => (unit * events) / of;
  return ({ baseline, compared }) => {
    const [before, after] = [countOf(baseline), countOf(compared)];
    const least = Math.min(before.of, after.of);
    if (least === 0) return undefined;
    return { baseline: value(before), compared: value(after), exposure: least / unit };
  };
}
