import type { LeavingRule } from "./may-leave-out.js";
import { isInvalid, type RefutedPart } from "./refuted-part.js";
import { beginningRightBefore, beginningUpTo, windowUpTo } from "./window.js";

/** The first return that no order accounts for. What begins a history with an order has one too. */
export interface Failure {
  /** Its place among the returns. */
  readonly rank: number;
  /** An order of all that happened before it. Undefined: time ran out, and `rank` may be too late. */
  readonly orderBefore: Int32Array | undefined;
}

/**
 * `reached`: so many returns are surely accounted for.
 *
 * To ask about the whole beginning up to a return costs time that grows with it. So windows are
 * asked first: the operations that returned in a stretch of time, and what must stay with them. If
 * a window has no order, neither has the beginning up to its end. If it has one that proves
 * nothing; but mostly what is wrong shows in a window, and then a single question about the
 * beginning right before it, which has an order, settles that it is the first.
 */
export async function findFailure(
  refuted: RefutedPart,
  reached: number,
  rule: LeavingRule | undefined,
): Promise<Failure> {
  const last = refuted.timeline.byReturn.length - 1;
  const lowest = Math.min(reached, last);
  if (!rule) return firstByBeginnings(refuted, { lowest, invalid: last });
  const invalid = await firstByWindows(refuted, rule, { lowest, invalid: last });
  const failure = await failureAt(refuted, invalid);
  return failure ?? firstByBeginnings(refuted, { lowest, invalid: invalid - 1 });
}

/** Ranks of returns: the first failure is one from `lowest` to `invalid`. */
interface Range {
  readonly lowest: number;
  readonly invalid: number;
}

const firstStep = 8;
/** A window around one return that shows nothing with so many returns is given up. */
const longestAroundOne = 4096;
const leastMargin = 64;

/** The earliest return by which some window has no order. */
async function firstByWindows(
  refuted: RefutedPart,
  rule: LeavingRule,
  { lowest, invalid: last }: Range,
): Promise<number> {
  const hasNone = (from: number, to: number) =>
    isInvalid(refuted, windowUpTo(refuted.timeline, rule, Math.max(0, from), to), "brief");
  for (let length = firstStep; length <= longestAroundOne; length *= 8) {
    if (await hasNone(lowest - length, lowest)) return lowest;
    if (length > lowest) break;
  }
  let valid = lowest;
  let invalid = last;
  for (let step = firstStep; lowest + step < last; step *= 2) {
    if (await hasNone(valid - Math.max(leastMargin, step), lowest + step)) {
      invalid = lowest + step;
      break;
    }
    valid = lowest + step;
  }
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const margin = Math.max(leastMargin, invalid - valid);
    if (await hasNone(valid - margin, middle)) invalid = middle;
    else valid = middle;
  }
  return invalid;
}

/** The same for sure, at a higher price. Steps grow from `lowest` on, where it mostly is. */
async function firstByBeginnings(
  refuted: RefutedPart,
  { lowest, invalid: last }: Range,
): Promise<Failure> {
  const hasNone = (rank: number) => isInvalid(refuted, beginningUpTo(refuted.timeline, rank));
  let valid = lowest - 1;
  let invalid = last;
  for (let step = 1; valid + step < last; step *= 2) {
    if (await hasNone(valid + step)) {
      invalid = valid + step;
      break;
    }
    valid += step;
  }
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (await hasNone(middle)) invalid = middle;
    else valid = middle;
  }
  return (await failureAt(refuted, invalid)) ?? { rank: invalid, orderBefore: undefined };
}

/** Undefined where what happened before that return has no order either. */
async function failureAt(refuted: RefutedPart, rank: number): Promise<Failure | undefined> {
  const { numbers, end } = beginningRightBefore(refuted.timeline, rank);
  if (refuted.budget.expired()) return { rank, orderBefore: undefined };
  const before = await refuted.decide(numbers, end, "full");
  if (before?.outcome === "invalid") return undefined;
  return { rank, orderBefore: before?.outcome === "valid" ? before.order : undefined };
}
