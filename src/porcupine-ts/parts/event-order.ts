import { intAt } from "../at.js";
import { giveBack, takeInts } from "../pool.js";

/** When operations were called and returned, by index: times of any unit, Infinity for never. */
export interface Times {
  readonly count: number;
  readonly call: Float64Array;
  readonly return: Float64Array;
}

/** Below so many events sorting by comparison is quicker than filling buckets. */
const few = 128;
const digitBits = 11;

/**
 * All calls and returns in the order of time: 2i is the call of operation i, 2i + 1 its return. At
 * equal times calls come first, which makes operations that touch concurrent: a clock that cannot
 * tell two moments apart is no proof of an order. Within these, the order of the list.
 */
export function eventsInOrder(times: Times): Int32Array {
  const events = callsThenReturns(times);
  const range = wholeRange(times);
  if (events.length <= few || range === undefined) return sortedByComparison(events, times);
  const { earliest, buckets } = range;
  if (buckets <= 4 * events.length) return sortedByKey(events, times, { earliest, buckets });
  return sortedByDigits(events, times, range);
}

export const isReturn = (event: number) => (event & 1) === 1;
export const operationOf = (event: number) => event >> 1;

/** Every sort below is stable, so that this order decides between events at the same time. */
function callsThenReturns({ count, return: returned }: Times): Int32Array {
  const events = new Int32Array(2 * count);
  let length = 0;
  for (let index = 0; index < count; index++) events[length++] = 2 * index;
  for (let index = 0; index < count; index++) {
    if (returned[index] !== Infinity) events[length++] = 2 * index + 1;
  }
  return events.subarray(0, length);
}

/** Undefined where some time is not a whole number, or they are too far apart. */
function wholeRange({ count, call, return: returned }: Times): Range | undefined {
  let earliest = Infinity;
  let latest = -Infinity;
  for (let index = 0; index < count; index++) {
    const called = call[index] ?? NaN;
    const ended = returned[index] ?? NaN;
    if (!Number.isSafeInteger(called)) return undefined;
    if (ended !== Infinity && !Number.isSafeInteger(ended)) return undefined;
    earliest = Math.min(earliest, called);
    latest = Math.max(latest, ended === Infinity ? called : ended);
  }
  const buckets = latest - earliest + 1;
  return Number.isSafeInteger(buckets) ? { earliest, buckets } : undefined;
}

interface Range {
  readonly earliest: number;
  /** How many different times there can be from the earliest to the latest. */
  readonly buckets: number;
}

function timeOf({ call, return: returned }: Times, event: number): number {
  return (isReturn(event) ? returned : call)[operationOf(event)] ?? NaN;
}

function sortedByComparison(events: Int32Array, times: Times): Int32Array {
  return events.sort((a, b) => timeOf(times, a) - timeOf(times, b) || (a & 1) - (b & 1) || a - b);
}

/** Counting sort with a bucket for each time. */
function sortedByKey(events: Int32Array, times: Times, { earliest, buckets }: Range): Int32Array {
  const keys = takeInts(events.length);
  for (let i = 0; i < events.length; i++) keys[i] = timeOf(times, intAt(events, i)) - earliest;
  const sorted = distributed(events, keys, buckets);
  giveBack(keys);
  return sorted;
}

/** Counting sort by one group of bits after the other, the lowest first. */
function sortedByDigits(events: Int32Array, times: Times, { earliest, buckets }: Range) {
  const base = 2 ** digitBits;
  let sorted = events;
  for (let unit = 1; unit < buckets; unit *= base) {
    const keys = takeInts(events.length);
    for (let i = 0; i < sorted.length; i++) {
      keys[i] = Math.floor((timeOf(times, intAt(sorted, i)) - earliest) / unit) % base;
    }
    sorted = distributed(sorted, keys, base);
    giveBack(keys);
  }
  return sorted;
}

/** `events` by their keys, which are below `buckets`; those of one key stay in their order. */
function distributed(events: Int32Array, keys: Int32Array, buckets: number): Int32Array {
  const next = takeInts(buckets + 1);
  for (let i = 0; i < events.length; i++) {
    const bucket = intAt(keys, i) + 1;
    next[bucket] = intAt(next, bucket) + 1;
  }
  for (let bucket = 1; bucket <= buckets; bucket++) {
    next[bucket] = intAt(next, bucket) + intAt(next, bucket - 1);
  }
  const sorted = new Int32Array(events.length);
  for (let i = 0; i < events.length; i++) {
    const bucket = intAt(keys, i);
    const place = intAt(next, bucket);
    next[bucket] = place + 1;
    sorted[place] = intAt(events, i);
  }
  giveBack(next);
  return sorted;
}
