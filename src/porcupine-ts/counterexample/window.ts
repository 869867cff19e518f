import { intAt } from "../at.js";
import type { Timeline } from "../parts/timeline.js";
import type { LeavingRule } from "./may-leave-out.js";

/** Operations of a part, ascending, up to a position in its time. */
export interface Stretch {
  readonly numbers: Int32Array;
  readonly end: number;
}

/** All that was called before the return of rank `rank`, and that return. */
export function beginningUpTo(timeline: Timeline, rank: number): Stretch {
  return beginningBefore(timeline, endOf(timeline, rank));
}

/** The same without that return. */
export function beginningRightBefore(timeline: Timeline, rank: number): Stretch {
  return beginningBefore(timeline, endOf(timeline, rank) - 1);
}

/** What returned as number `from` to number `to`, with what must stay with it. */
export function windowUpTo(
  timeline: Timeline,
  rule: LeavingRule,
  from: number,
  to: number,
): Stretch {
  const end = endOf(timeline, to);
  return { numbers: rule.stayingWith(timeline.byReturn.subarray(from, to + 1), end), end };
}

/** The position right after the return. */
function endOf({ byReturn, returnedAt }: Timeline, rank: number): number {
  return intAt(returnedAt, intAt(byReturn, rank)) + 1;
}

/** Numbers are in the order of calls. */
function beginningBefore({ calledAt, count }: Timeline, end: number): Stretch {
  let called = -1;
  let later = count;
  while (later - called > 1) {
    const middle = (called + later) >> 1;
    if (intAt(calledAt, middle) < end) called = middle;
    else later = middle;
  }
  const numbers = new Int32Array(later);
  for (let number = 0; number < later; number++) numbers[number] = number;
  return { numbers, end };
}
