import { intAt } from "../at.js";
import { giveBack, takeInts } from "../pool.js";
import { eventsInOrder, isReturn, operationOf } from "./event-order.js";
import type { Recorded } from "./recorded.js";
import { never, type Timeline } from "./timeline.js";

/** One independent part of the system and what was done to it. */
export interface Part {
  readonly name: string;
  readonly timeline: Timeline;
  /** By number: the operation's index in the whole history. */
  readonly indexes: Int32Array;
  /** How many operations the parts before it have: where it begins in columns ordered by part. */
  readonly start: number;
}

/** Each part with its operations in time, in the order in which parts first occur. */
export function splitByPart(recorded: Recorded<unknown, unknown>): Part[] {
  const { count, part, names } = recorded;
  const calls = new Int32Array(names.length);
  const returns = new Int32Array(names.length);
  // One array for all parts: each has the range from `starts` on.
  const calledAt = new Int32Array(count);
  const returnedAt = new Int32Array(count).fill(never);
  const byReturn = new Int32Array(count);
  const indexes = new Int32Array(count);
  const numbers = takeInts(count);
  const starts = startsOf(part, count, names.length);
  for (const event of eventsInOrder(recorded)) {
    const index = operationOf(event);
    const its = intAt(part, index);
    const start = intAt(starts, its);
    const time = intAt(calls, its) + intAt(returns, its);
    if (isReturn(event)) {
      const number = intAt(numbers, index);
      returnedAt[start + number] = time;
      byReturn[start + intAt(returns, its)] = number;
      returns[its] = intAt(returns, its) + 1;
    } else {
      const number = intAt(calls, its);
      numbers[index] = number;
      indexes[start + number] = index;
      calledAt[start + number] = time;
      calls[its] = number + 1;
    }
  }
  giveBack(numbers);
  return names.map((name, its) => {
    const start = intAt(starts, its);
    const end = intAt(starts, its + 1);
    return {
      name,
      timeline: {
        count: end - start,
        calledAt: calledAt.subarray(start, end),
        returnedAt: returnedAt.subarray(start, end),
        byReturn: byReturn.subarray(start, start + intAt(returns, its)),
      },
      indexes: indexes.subarray(start, end),
      start,
    };
  });
}

/** By index in the history: its place in columns ordered by part. To be given back (pool.ts). */
export function placesByPart(parts: readonly Part[], count: number): Int32Array {
  const places = takeInts(count);
  for (const { indexes, start } of parts) {
    for (let number = 0; number < indexes.length; number++) {
      places[intAt(indexes, number)] = start + number;
    }
  }
  return places;
}

function startsOf(part: Int32Array, count: number, parts: number): Int32Array {
  const starts = new Int32Array(parts + 1);
  for (let index = 0; index < count; index++) {
    const next = intAt(part, index) + 1;
    starts[next] = intAt(starts, next) + 1;
  }
  for (let its = 1; its <= parts; its++) {
    starts[its] = intAt(starts, its) + intAt(starts, its - 1);
  }
  return starts;
}
