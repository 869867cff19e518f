import { intAt } from "../../at.js";
import { createIntHeap } from "../int-heap.js";

/** When values came and went, by value; of those that were never dequeued `dequeue` is -1. */
export interface ComingAndGoing {
  readonly dequeue: Int32Array;
  /**
   * It came between these two, and went between those. All four are times of its own, or later than
   * all times.
   */
  readonly enterFrom: Int32Array;
  readonly enterUntil: Int32Array;
  readonly leaveFrom: Int32Array;
  readonly leaveUntil: Int32Array;
  /** All times are below this. */
  readonly times: number;
}

/**
 * The values that were dequeued in one sequence, such that none comes or goes after another which
 * stands behind it must have. Undefined where none was found.
 *
 * A value may stand next if none that is left must have come before it can come, and none must have
 * gone before it can go. Once it may it always may, for the others get fewer; so whichever of those
 * is taken, this ends before all are placed only if each of the rest has another before it. It takes
 * the one that must go first.
 */
export function valuesInTurn(values: ComingAndGoing): Int32Array | undefined {
  const { enterFrom, enterUntil, leaveFrom, leaveUntil, times, dequeue } = values;
  const mayEnter = gate(values, enterFrom, enterUntil);
  const mayLeave = gate(values, leaveFrom, leaveUntil);
  const passed = new Uint8Array(dequeue.length);
  const isTaken = new Uint8Array(dequeue.length);
  const ready = createIntHeap(dequeue.length);
  const deadlines = deadlinesOf(values);
  const all = dequeue.reduce((sum, number) => sum + (number < 0 ? 0 : 1), 0);
  const sequence = new Int32Array(all);
  for (let length = 0; length < all; length++) {
    for (const { opensFor, until } of [mayEnter, mayLeave]) {
      const closed = firstLeft(until, isTaken, times);
      for (let value = opensFor(closed); value >= 0; value = opensFor(closed)) {
        passed[value] = (passed[value] ?? 0) + 1;
        if (passed[value] === 2) ready.push(intAt(deadlines.of, value));
      }
    }
    const time = ready.pop();
    if (time === undefined) return undefined;
    const value = intAt(deadlines.valueAt, time);
    isTaken[value] = 1;
    sequence[length] = value;
  }
  return sequence;
}

/** Lets values pass in the order of one time, up to the earliest other time of those that are left. */
interface Gate {
  /** The next value whose time is before `end`, -1 for none. */
  readonly opensFor: (end: number) => number;
  readonly until: TimeTable;
}

interface TimeTable {
  readonly valueAt: Int32Array;
  /** All before this are taken. */
  next: number;
}

function gate(values: ComingAndGoing, from: Int32Array, until: Int32Array): Gate {
  const valueAt = byTime(values, from);
  let time = 0;
  return {
    opensFor(end) {
      for (; time < end; time++) {
        const value = intAt(valueAt, time);
        if (value < 0) continue;
        time++;
        return value;
      }
      return -1;
    },
    until: { valueAt: byTime(values, until), next: 0 },
  };
}

function firstLeft(table: TimeTable, isTaken: Uint8Array, times: number): number {
  for (; table.next < times; table.next++) {
    const value = intAt(table.valueAt, table.next);
    if (value >= 0 && isTaken[value] !== 1) break;
  }
  return table.next;
}

/** When each value must have gone; those that need not come after all times, one by one. */
function deadlinesOf({ dequeue, leaveUntil, times }: ComingAndGoing) {
  const of = new Int32Array(dequeue.length);
  const valueAt = new Int32Array(times + dequeue.length);
  for (let value = 0; value < dequeue.length; value++) {
    const until = intAt(leaveUntil, value);
    const deadline = until < times ? until : times + value;
    of[value] = deadline;
    if (intAt(dequeue, value) >= 0) valueAt[deadline] = value;
  }
  return { of, valueAt };
}

function byTime({ dequeue, times }: ComingAndGoing, when: Int32Array): Int32Array {
  const valueAt = new Int32Array(times).fill(-1);
  for (let value = 0; value < dequeue.length; value++) {
    const time = intAt(when, value);
    if (intAt(dequeue, value) >= 0 && time < times) valueAt[time] = value;
  }
  return valueAt;
}
