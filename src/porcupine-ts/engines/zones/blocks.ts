import { intAt } from "../../at.js";
import { initialValue, kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";

/** The steps of zones.ts, where all words are explained; numbers in brackets are those of its proof. */

/** A part in which `found` is `noValue` for what only looks whether the register differs. */
export type History = Omit<RegisterPart, "kind">;

export const none = -1;
/** In place of a producer's number. */
const several = -2;
const initially = -3;

/** By value: the one operation that leaves it, `none`, `several`, or `initially`. */
export function producersOf({ count, left, values }: RegisterPart): Int32Array {
  const producer = new Int32Array(values).fill(none);
  producer[initialValue] = initially;
  for (let number = 0; number < count; number++) {
    const value = intAt(left, number);
    if (value !== noValue) producer[value] = intAt(producer, value) === none ? number : several;
  }
  return producer;
}

export function withoutDenials(part: RegisterPart): History {
  const { kind, found } = part;
  if (!kind.includes(kinds.differs)) return part;
  const isDenial = (number: number) => kind[number] === kinds.differs;
  return { ...part, found: found.map((value, number) => (isDenial(number) ? noValue : value)) };
}

/** What found a value of several producers finds anything. */
export function withOneProducerEach(history: History, producer: Int32Array): History {
  const hasSeveral = (value: number) => value !== noValue && intAt(producer, value) === several;
  const found = history.found.map((value) => (hasSeveral(value) ? noValue : value));
  return { ...history, found };
}

/** All operations that must be in an order (1.). */
export interface Kept {
  /** By number: 1 for yes. */
  readonly isKept: Uint8Array;
  readonly length: number;
}

/** Undefined where a needed value has several producers. */
export function keptOperations(history: History, producer: Int32Array): Kept | undefined {
  const { count, returnedAt, found, left } = history;
  const isKept = new Uint8Array(count);
  let length = 0;
  for (let number = 0; number < count; number++) {
    if (intAt(returnedAt, number) === never || isKept[number] === 1) continue;
    if (intAt(found, number) === noValue && intAt(left, number) === noValue) continue;
    // From the operation to what produced what it found, and so on up to what is kept already.
    for (let next = number; next >= 0 && isKept[next] !== 1;) {
      isKept[next] = 1;
      length++;
      const value = intAt(found, next);
      if (value === noValue) break;
      next = intAt(producer, value);
      if (next === several) return undefined;
    }
  }
  return { isKept, length };
}

/** What became of each value: its stage is its producer, what read it, and what swapped it. */
export interface Stages extends Kept {
  /** By value: those that read it are a list in the order of calls. */
  readonly firstReader: Int32Array;
  /** By number: the next that read the same value. */
  readonly nextReader: Int32Array;
  /** By value. */
  readonly swap: Int32Array;
  /** By value that was found: of all in its stage. */
  readonly earliestReturn: Int32Array;
  readonly latestCall: Int32Array;
}

export function stagesOf(history: History, { isKept, length }: Kept): Stages {
  const { count, found, left, calledAt, returnedAt, values } = history;
  const firstReader = new Int32Array(values).fill(none);
  const nextReader = new Int32Array(count);
  const swap = new Int32Array(values).fill(none);
  const earliestReturn = new Int32Array(values).fill(never);
  const latestCall = new Int32Array(values).fill(none);
  // The initial value was produced before everything.
  earliestReturn[initialValue] = none;
  for (let number = count - 1; number >= 0; number--) {
    if (isKept[number] !== 1) continue;
    const value = intAt(found, number);
    const result = intAt(left, number);
    const called = intAt(calledAt, number);
    const returned = intAt(returnedAt, number);
    if (value !== noValue) {
      if (returned < intAt(earliestReturn, value)) earliestReturn[value] = returned;
      if (called > intAt(latestCall, value)) latestCall[value] = called;
      if (result === noValue) {
        nextReader[number] = intAt(firstReader, value);
        firstReader[value] = number;
      } else {
        swap[value] = number;
      }
    }
    if (result !== noValue) {
      if (returned < intAt(earliestReturn, result)) earliestReturn[result] = returned;
      if (called > intAt(latestCall, result)) latestCall[result] = called;
    }
  }
  return { isKept, length, firstReader, nextReader, swap, earliestReturn, latestCall };
}

export function wasFound({ firstReader, swap }: Stages, value: number): boolean {
  return intAt(firstReader, value) !== none || intAt(swap, value) !== none;
}

/** The writes that begin blocks, by their blocks' keys (3.): "start" is min(m, M), "end" the max. */
export function rootsByKey(history: History, stages: Stages, key: "start" | "end"): Int32Array {
  const { count, found } = history;
  const rootAt = new Int32Array(2 * count).fill(none);
  const which = key === "start" ? Math.min : Math.max;
  for (let number = 0; number < count; number++) {
    if (stages.isKept[number] !== 1 || intAt(found, number) !== noValue) continue;
    rootAt[
      which(earliestReturnOf(history, stages, number), latestCallOf(history, stages, number))
    ] = number;
  }
  return rootAt.filter((root) => root !== none);
}

/** m of the block that begins with `root`. */
export function earliestReturnOf(
  { returnedAt, left }: History,
  stages: Stages,
  root: number,
): number {
  let earliest = intAt(returnedAt, root);
  for (let value = intAt(left, root); wasFound(stages, value);) {
    earliest = Math.min(earliest, intAt(stages.earliestReturn, value));
    const next = intAt(stages.swap, value);
    if (next === none) break;
    value = intAt(left, next);
  }
  return earliest;
}

/** M of the block that begins with `root`. */
export function latestCallOf({ calledAt, left }: History, stages: Stages, root: number): number {
  let latest = intAt(calledAt, root);
  for (let value = intAt(left, root); wasFound(stages, value);) {
    latest = Math.max(latest, intAt(stages.latestCall, value));
    const next = intAt(stages.swap, value);
    if (next === none) break;
    value = intAt(left, next);
  }
  return latest;
}

/** The initial value's block and then one after the other, as far as operations find a place (2.). */
export function blocksInTurn({ left }: History, stages: Stages, roots: Int32Array): Int32Array {
  const order = new Int32Array(stages.length);
  let length = placeStages(left, stages, initialValue, order, 0);
  for (let block = 0; block < roots.length; block++) {
    const root = intAt(roots, block);
    order[length++] = root;
    length = placeStages(left, stages, intAt(left, root), order, length);
  }
  return order.subarray(0, length);
}

/** Places what follows `value`, through all swaps, from `length` on; gives the new length. */
function placeStages(
  left: Int32Array,
  { firstReader, nextReader, swap }: Stages,
  value: number,
  order: Int32Array,
  length: number,
): number {
  for (let held = value; ;) {
    for (let reader = intAt(firstReader, held); reader !== none;) {
      order[length++] = reader;
      reader = intAt(nextReader, reader);
    }
    const next = intAt(swap, held);
    if (next === none) return length;
    order[length++] = next;
    held = intAt(left, next);
  }
}

/** Nothing stands behind an operation that was called after its return. */
export function agreesWithTime({ calledAt, returnedAt }: History, order: Int32Array): boolean {
  let latestCall = -1;
  for (let place = 0; place < order.length; place++) {
    const number = intAt(order, place);
    if (intAt(returnedAt, number) < latestCall) return false;
    latestCall = Math.max(latestCall, intAt(calledAt, number));
  }
  return true;
}
