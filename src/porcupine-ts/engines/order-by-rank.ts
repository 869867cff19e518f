import { intAt } from "../at.js";
import type { Timeline } from "../parts/timeline.js";

/** The rank of what is not to be in the order. */
export const unranked = -1;

/**
 * Operations by their ranks, those of one rank by call; undefined where that contradicts time, which
 * means that no order by rank agrees with it.
 *
 * Each operation, in the order of calls, moves back past all before it that have a higher rank: so
 * every two that change sides are seen, and one that is passed must not have returned before the
 * other was called. This is also why it is quick: all that is passed was open at the call, and of
 * such there are no more than clients.
 */
export function orderByRank(timeline: Timeline, ranks: Float64Array): Int32Array | undefined {
  const { count, calledAt, returnedAt } = timeline;
  const order = new Int32Array(count);
  let length = 0;
  for (let number = 0; number < count; number++) {
    const rank = rankAt(ranks, number);
    if (rank === unranked) continue;
    const called = intAt(calledAt, number);
    let place = length++;
    for (; place > 0; place--) {
      const before = intAt(order, place - 1);
      if (rankAt(ranks, before) <= rank) break;
      if (intAt(returnedAt, before) < called) return undefined;
      order[place] = before;
    }
    order[place] = number;
  }
  return order.subarray(0, length);
}

function rankAt(ranks: Float64Array, number: number): number {
  const rank = ranks[number];
  if (rank === undefined) throw new RangeError(`no rank ${number} of ${ranks.length}`);
  return rank;
}
