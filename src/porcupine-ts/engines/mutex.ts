import { intAt } from "../at.js";
import { type MutexPart, mutexKinds } from "../parts/mutex-columns.js";
import type { Decision } from "../parts/order.js";
import { never } from "../parts/timeline.js";
import { createIntHeap, type IntHeap } from "./int-heap.js";

/**
 * Decides locks, exactly and without a search: they are acquired and released in turns, and all that
 * acquire are alike, and all that release.
 *
 * Why it is right. An operation may stand next if none that is still to be placed had returned when
 * it was called. What stands next must do what the lock's state asks for. Of the operations that may
 * and do, this takes the one that returns first, and one that never returned only where no other is
 * left. Let any order go on with another one, b, instead of that one, a. If a is placed later in it,
 * let both change places. a may stand next. b then stands where a stood: what stands between was
 * called before a's return, so before b's, which is later or never. If a is not placed in it at all,
 * a never returned, and then no other of its kind that did may stand next, so b never returned
 * either: put a in b's place. The steps stay legal both times, since a and b are alike. So if there
 * is any order, there is one that goes on with a.
 */
export function decideMutex(part: MutexPart): Decision {
  const { calledAt, returnedAt, byReturn, count } = part;
  const numberAt = numbersByReturn(part);
  const open = [openOf(count), openOf(count)] as const;
  const order = new Int32Array(count);
  const isPlaced = new Uint8Array(count);
  let length = 0;
  let called = 0;
  let isHeld = false;
  for (let returns = 0; returns < byReturn.length;) {
    const first = intAt(byReturn, returns);
    if (isPlaced[first] === 1) {
      returns++;
      continue;
    }
    for (; called < count && intAt(calledAt, called) < intAt(returnedAt, first); called++) {
      const kind = part.kind[called];
      if (kind === mutexKinds.nothing) continue;
      add(open[kind === mutexKinds.acquire ? 0 : 1], called, intAt(returnedAt, called));
    }
    const next = take(open[isHeld ? 1 : 0], numberAt);
    if (next === undefined) return { outcome: "invalid" };
    order[length++] = next;
    isPlaced[next] = 1;
    isHeld = !isHeld;
  }
  return { outcome: "valid", order: order.subarray(0, length) };
}

/** Operations of one kind that may stand next. */
interface Open {
  /** When they return. */
  readonly returns: IntHeap;
  /** Numbers of those that never do. */
  readonly unanswered: number[];
}

function openOf(count: number): Open {
  return { returns: createIntHeap(count), unanswered: [] };
}

function add({ returns, unanswered }: Open, number: number, returned: number): void {
  if (returned === never) unanswered.push(number);
  else returns.push(returned);
}

function take({ returns, unanswered }: Open, numberAt: Int32Array): number | undefined {
  const returned = returns.pop();
  return returned === undefined ? unanswered.pop() : intAt(numberAt, returned);
}

/** By time: which operation returned then. */
function numbersByReturn({ count, byReturn, returnedAt }: MutexPart): Int32Array {
  const numberAt = new Int32Array(2 * count);
  for (const number of byReturn) numberAt[intAt(returnedAt, number)] = number;
  return numberAt;
}
