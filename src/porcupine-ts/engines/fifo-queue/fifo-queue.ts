import { intAt } from "../../at.js";
import type { Decision } from "../../parts/order.js";
import { noQueueValue, queueKinds, type QueuePart } from "../../parts/queue-columns.js";
import { never } from "../../parts/timeline.js";
import { withIdlers } from "../idlers.js";
import { valuesInTurn } from "./values-in-turn.js";

/**
 * Decides most queues without a search, as long as no value was enqueued twice.
 *
 * What is impossible. A value was dequeued that nobody enqueued, or twice, or before it was
 * enqueued. One value must have been enqueued before another (its enqueueing returned before the
 * other's was called) but was dequeued after it. More values must have left without being seen than
 * there are operations that never returned and may have taken one.
 * The queue was found empty while at each moment some value must have been in it: it must be so
 * from the return of what enqueued the value to the call of what dequeued it.
 *
 * What is possible. If none of this is so, values mostly can be put into one sequence that agrees
 * with the times of both enqueueing and dequeueing: valuesInTurn. Both are then done in this
 * sequence, dequeueing as soon and enqueueing as late as time lets them, so that the queue is empty
 * whenever it can be. If that comes to an order, it is an order; otherwise this engine cannot tell.
 *
 * What never returned: an enqueued value that nobody dequeued is left out, which only makes room.
 * Dequeueing that never returned takes the values that must have left without being seen, the
 * earlier one the earlier value. The rest of it is left out, but whatever it may explain is not
 * impossible.
 *
 * T. Henzinger, A. Sezgin and V. Vafeiadis, "Aspect-Oriented Linearizability Proofs", 2013, have
 * these ways to fail, and that there are no others where all operations returned.
 */
export function decideFifoQueue(part: QueuePart): Decision {
  const lives = livesOf(part);
  if (lives === "invalid" || lives === "undecided") return { outcome: lives };
  const vanished = vanishedValues(part, lives);
  if (
    vanished.length > lives.unseenExits.length ||
    overtakes(part, lives) ||
    isEmptyWhileFull(part, lives)
  ) {
    return { outcome: "invalid" };
  }
  const order = orderOf(part, withExits(part, lives, vanished));
  return order ? { outcome: "valid", order } : { outcome: "undecided" };
}

function orderOf(part: QueuePart, lives: Lives): Int32Array | undefined {
  const dequeued = valuesInTurn({ ...lives, times: 2 * part.count });
  const order = dequeued && merged(part, lives, dequeued);
  if (!order || !isQueues(part, order)) return undefined;
  return withIdlers(part, order, (number) => part.kind[number] === queueKinds.nothing);
}

const none = -1;

/** What is known of each value. */
interface Lives {
  /** By value: the operation that enqueues it. */
  readonly enqueue: Int32Array;
  /** By value: the operation that dequeues it, -1 for none. */
  readonly dequeue: Int32Array;
  /** By value: when it was called to enqueue it. */
  readonly enterFrom: Int32Array;
  /** By value: from then on it must have been enqueued; it has if it was dequeued. */
  readonly enterUntil: Int32Array;
  /** By value: before then it cannot have been dequeued: not before it was enqueued. */
  readonly leaveFrom: Int32Array;
  /** By value: from then on it must have been dequeued; `never` for what was not. */
  readonly leaveUntil: Int32Array;
  /** What never returned and may have dequeued something, by call. */
  readonly unseenExits: Int32Array;
}

function livesOf(part: QueuePart): Lives | "invalid" | "undecided" {
  const { count, kind, value, values, calledAt, returnedAt } = part;
  const enqueue = new Int32Array(values).fill(none);
  const dequeue = new Int32Array(values).fill(none);
  for (let number = 0; number < count; number++) {
    const its = intAt(value, number);
    if (its === noQueueValue) continue;
    if (kind[number] === queueKinds.enqueue) {
      if (intAt(enqueue, its) !== none) return "undecided";
      enqueue[its] = number;
    } else if (returnedAt[number] !== never) {
      if (intAt(dequeue, its) !== none) return isTwice(part, its) ? "invalid" : "undecided";
      dequeue[its] = number;
    }
  }
  const enterFrom = new Int32Array(values);
  const enterUntil = new Int32Array(values);
  const leaveFrom = new Int32Array(values).fill(never);
  const leaveUntil = new Int32Array(values).fill(never);
  for (let its = 0; its < values; its++) {
    const entry = intAt(enqueue, its);
    const exit = intAt(dequeue, its);
    if (entry === none) {
      if (exit !== none) return "invalid";
      continue;
    }
    enterFrom[its] = intAt(calledAt, entry);
    enterUntil[its] = intAt(returnedAt, entry);
    if (exit === none) continue;
    if (intAt(returnedAt, exit) < intAt(calledAt, entry)) return "invalid";
    leaveFrom[its] = Math.max(intAt(calledAt, exit), intAt(calledAt, entry));
    leaveUntil[its] = intAt(returnedAt, exit);
    enterUntil[its] = Math.min(intAt(enterUntil, its), intAt(returnedAt, exit));
  }
  const unseenExits = numbersOf(part, queueKinds.dequeueUnknown);
  return { enqueue, dequeue, enterFrom, enterUntil, leaveFrom, leaveUntil, unseenExits };
}

function numbersOf({ count, kind }: QueuePart, wanted: number): Int32Array {
  const numbers = new Int32Array(count);
  let length = 0;
  for (let number = 0; number < count; number++)
    if (kind[number] === wanted) numbers[length++] = number;
  return numbers.subarray(0, length);
}

/** Whether a value that was dequeued twice was enqueued once at most. */
function isTwice({ count, kind, value }: QueuePart, its: number): boolean {
  let enqueued = 0;
  for (let number = 0; number < count; number++) {
    if (value[number] === its && kind[number] === queueKinds.enqueue) enqueued++;
  }
  return enqueued < 2;
}

/** Whether a value was dequeued before another one that must have been enqueued before it. */
function overtakes({ count, kind, value }: QueuePart, lives: Lives): boolean {
  const enteredAt = valuesByTime(lives, lives.enterUntil, 2 * count);
  let latestLeave = none;
  let time = 0;
  // Numbers are in the order of calls: so are those who enter.
  for (let number = 0; number < count; number++) {
    const its = intAt(value, number);
    if (kind[number] !== queueKinds.enqueue || intAt(lives.dequeue, its) === none) continue;
    for (; time < intAt(lives.enterFrom, its); time++) {
      const before = intAt(enteredAt, time);
      if (before !== none) latestLeave = Math.max(latestLeave, intAt(lives.leaveFrom, before));
    }
    if (intAt(lives.leaveUntil, its) < latestLeave) return true;
  }
  return false;
}

/** By time: the value that was dequeued for which `times` says that, -1 for none. */
function valuesByTime({ dequeue }: Lives, times: Int32Array, length: number): Int32Array {
  const valueAt = new Int32Array(length).fill(none);
  for (let its = 0; its < times.length; its++) {
    if (intAt(dequeue, its) !== none) valueAt[intAt(times, its)] = its;
  }
  return valueAt;
}

/**
 * The values that nobody is known to have dequeued but that must have left, by call: something that
 * was enqueued after them was dequeued, or the queue was found empty after they were enqueued.
 */
function vanishedValues(part: QueuePart, { dequeue, enterFrom }: Lives): number[] {
  const { count, kind, value, calledAt, returnedAt } = part;
  let latest = none;
  for (let number = 0; number < count; number++) {
    const its = intAt(value, number);
    const isSeenAgain = kind[number] === queueKinds.enqueue && intAt(dequeue, its) !== none;
    if (isSeenAgain) latest = Math.max(latest, intAt(enterFrom, its));
    const isEmpty = kind[number] === queueKinds.empty && returnedAt[number] !== never;
    if (isEmpty) latest = Math.max(latest, intAt(calledAt, number));
  }
  const vanished: number[] = [];
  for (let number = 0; number < count; number++) {
    if (kind[number] !== queueKinds.enqueue || intAt(returnedAt, number) > latest) continue;
    if (intAt(dequeue, intAt(value, number)) === none) vanished.push(intAt(value, number));
  }
  return vanished;
}

/** Says who dequeued what vanished; there must be as many who may have. */
function withExits({ calledAt }: QueuePart, lives: Lives, vanished: readonly number[]): Lives {
  if (vanished.length === 0) return lives;
  const dequeue = lives.dequeue.slice();
  const leaveFrom = lives.leaveFrom.slice();
  for (const [index, its] of vanished.entries()) {
    const exit = intAt(lives.unseenExits, index);
    dequeue[its] = exit;
    leaveFrom[its] = Math.max(intAt(calledAt, exit), intAt(lives.enterFrom, its));
  }
  return { ...lives, dequeue, leaveFrom };
}

/** Whether the queue was found empty while some value must have been there all the time. */
function isEmptyWhileFull(part: QueuePart, lives: Lives): boolean {
  const { count, kind, calledAt, returnedAt } = part;
  if (!kind.includes(queueKinds.empty)) return false;
  const mayBeEmpty = momentsWithoutValues(part, lives);
  for (let number = 0; number < count; number++) {
    const returned = intAt(returnedAt, number);
    if (kind[number] !== queueKinds.empty || returned === never) continue;
    const before = intAt(mayBeEmpty, intAt(calledAt, number));
    if (intAt(mayBeEmpty, returned) === before) return true;
  }
  return false;
}

/**
 * By time t: how many of the moments before t, each between one time and the next, there are at
 * which no value must be in the queue.
 */
function momentsWithoutValues({ count }: QueuePart, lives: Lives): Int32Array {
  const times = 2 * count;
  const change = new Int32Array(times + 1);
  for (let its = 0; its < lives.enqueue.length; its++) {
    const isThere = intAt(lives.dequeue, its) !== none || lives.unseenExits.length === 0;
    const from = intAt(lives.enterUntil, its);
    if (intAt(lives.enqueue, its) === none || !isThere || from === never) continue;
    const to = Math.min(intAt(lives.leaveFrom, its), times);
    if (from >= to) continue;
    change[from] = intAt(change, from) + 1;
    change[to] = intAt(change, to) - 1;
  }
  const moments = new Int32Array(times + 1);
  let there = 0;
  for (let time = 0; time < times; time++) {
    there += intAt(change, time);
    moments[time + 1] = intAt(moments, time) + (there === 0 ? 1 : 0);
  }
  return moments;
}

/** Undefined where it does not come to an order. */
function merged(part: QueuePart, lives: Lives, dequeued: Int32Array): Int32Array | undefined {
  const { count, kind, calledAt, returnedAt, byReturn } = part;
  const entries = entriesInTurn(part, lives, dequeued);
  const order = new Int32Array(count);
  const isPlaced = new Uint8Array(count);
  const waiting: number[] = [];
  let length = 0;
  let entered = 0;
  let left = 0;
  let called = 0;
  const place = (number: number) => {
    order[length++] = number;
    isPlaced[number] = 1;
  };
  for (let returns = 0; returns < byReturn.length;) {
    const first = intAt(byReturn, returns);
    if (isPlaced[first] === 1 || kind[first] === queueKinds.nothing) {
      returns++;
      continue;
    }
    const until = intAt(returnedAt, first);
    for (; called < count && intAt(calledAt, called) < until; called++) {
      const isEmpty = kind[called] === queueKinds.empty && returnedAt[called] !== never;
      if (isEmpty) waiting.push(called);
    }
    const exit = left < entered && left < dequeued.length ? exitOf(lives, dequeued, left) : none;
    const entry = entered < entries.length ? intAt(entries, entered) : none;
    if (exit !== none && intAt(calledAt, exit) < until) {
      place(exit);
      left++;
    } else if (left === entered && waiting.length > 0) {
      for (const number of waiting) place(number);
      waiting.length = 0;
    } else if (entry !== none && intAt(calledAt, entry) < until) {
      place(entry);
      entered++;
    } else {
      return undefined;
    }
  }
  return order.subarray(0, length);
}

function exitOf({ dequeue }: Lives, dequeued: Int32Array, place: number): number {
  return intAt(dequeue, intAt(dequeued, place));
}

/** What enqueues the values that were dequeued, in their sequence, and then all others by call. */
function entriesInTurn(
  { count, kind, value, returnedAt }: QueuePart,
  { enqueue, dequeue }: Lives,
  dequeued: Int32Array,
): Int32Array {
  const entries = new Int32Array(count);
  let length = 0;
  for (let place = 0; place < dequeued.length; place++) {
    entries[length++] = intAt(enqueue, intAt(dequeued, place));
  }
  for (let number = 0; number < count; number++) {
    if (kind[number] !== queueKinds.enqueue || returnedAt[number] === never) continue;
    if (intAt(dequeue, intAt(value, number)) === none) entries[length++] = number;
  }
  return entries.subarray(0, length);
}

/** Goes through the order as a queue would. */
function isQueues({ kind, value, calledAt, returnedAt }: QueuePart, order: Int32Array): boolean {
  const queue = new Int32Array(order.length);
  let entered = 0;
  let left = 0;
  let latestCall = -1;
  for (let place = 0; place < order.length; place++) {
    const number = intAt(order, place);
    if (intAt(returnedAt, number) < latestCall) return false;
    latestCall = Math.max(latestCall, intAt(calledAt, number));
    if (kind[number] === queueKinds.enqueue) queue[entered++] = intAt(value, number);
    else if (kind[number] === queueKinds.empty && left !== entered) return false;
    else if (kind[number] === queueKinds.dequeue) {
      if (left === entered || intAt(queue, left++) !== value[number]) return false;
    } else if (kind[number] === queueKinds.dequeueUnknown && left++ === entered) return false;
  }
  return true;
}
