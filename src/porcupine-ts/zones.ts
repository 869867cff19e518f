import { intAt } from "./at.js";
import type { Model, Operation } from "./model.js";
import { eventsInOrder, isReturn, operationOf } from "./timeline.js";

/**
 * Decides registers in the time that sorting takes, however many clients there are, as long as no
 * value that somebody found was produced twice. The general search stays the judge of all others.
 *
 * Why it is right. Call a value *needed* if an operation that must be in the order found it. Say
 * that each needed value has one producer, the initial value being produced before all else.
 *
 * 1. Operations that never returned. One that produces a needed value is in every order, so what it
 *    found is needed too; all others may be left out. For what stays finds needed values only, each
 *    of which stands there from its producer on; no other operation puts it there, and what was
 *    left out did not.
 * 2. Blocks. A needed value is there once, from its producer to the next operation that produces
 *    anything. All that found it stand in between, and if a swap found it, that swap is what ends
 *    it. So a write, what found its value, the swap from there, what found the swap's value, and so
 *    on, stand together in this order; only those that read one value are free among themselves,
 *    and for them the order of their calls agrees with time if any does. The first block belongs to
 *    the initial value. An operation that finds no place in a block has none in any order: it found
 *    what nobody produced, or what another swap ended, or it is on a ring of swaps.
 * 3. The order of blocks. Let m be a block's earliest return and M its latest call. Block A has to
 *    come before B if and only if m(A) < M(B): then something in A had returned when something in B
 *    was called. Where an order exists, B does not have to come before A as well, so M(A) < m(B).
 *    Both taken together, min(m(A), M(A)) < min(m(B), M(B)): sorting blocks by this key gives an
 *    order if there is any. The initial value's block has the earliest key of all.
 *
 * So there is one order to look at. The history is linearizable if and only if all that must be in
 * it found a place and it agrees with time.
 *
 * P. Gibbons and E. Korach, "Testing Shared Memories", 1997, has the blocks of writes and reads;
 * that a block may go on through swaps, and what never returned, are additions.
 */
export type Zones =
  | {
      readonly outcome: "valid";
      /** Positions in the list of operations. */
      readonly order: Int32Array;
    }
  | { readonly outcome: "invalid" }
  | { readonly outcome: "undecided" };

/** A register's operations by position in their list; values and times are numbers from 0. */
export interface RegisterHistory {
  readonly calledAt: Int32Array;
  /** `never` for what never returned. */
  readonly returnedAt: Int32Array;
  /** Positions in the order of calls. Those that can have no effect are left out. */
  readonly byCall: Int32Array;
  /** The value found, `none` for a write. */
  readonly found: Int32Array;
  /** The value left, `none` for a read. */
  readonly left: Int32Array;
  /** How many values there are. */
  readonly values: number;
}

const never = 0x7fffffff;
const none = -1;
const initialValue = 0;

/** Undefined where the model is no register, or an operation is none of a register's. */
export function registerHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): RegisterHistory | undefined {
  const { register } = model;
  if (!register) return undefined;
  const found = new Int32Array(operations.length).fill(none);
  const left = new Int32Array(operations.length).fill(none);
  const numbers = new Map<string | number, number>([[register.initial, initialValue]]);
  const numberOf = (value: string | number) => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  for (const [position, { input, output, return: returned }] of operations.entries()) {
    if (returned === undefined && model.readOnly?.(input, output) === true) continue;
    const action = register.classify(input, output);
    if (!action || action.kind === "differs") return undefined;
    if (action.kind === "nothing") continue;
    if (action.kind === "write") {
      left[position] = numberOf(action.value);
    } else if (action.kind === "read") {
      found[position] = numberOf(action.value);
    } else {
      found[position] = numberOf(action.from);
      // A swap of a value for itself only looks.
      if (action.from !== action.to) left[position] = numberOf(action.to);
    }
  }
  return { ...positionsInTime(operations, found, left), found, left, values: numbers.size };
}

function positionsInTime(
  operations: readonly Operation<unknown, unknown>[],
  found: Int32Array,
  left: Int32Array,
): Pick<RegisterHistory, "calledAt" | "returnedAt" | "byCall"> {
  const calledAt = new Int32Array(operations.length);
  const returnedAt = new Int32Array(operations.length).fill(never);
  const byCall = new Int32Array(operations.length);
  let calls = 0;
  for (const [time, event] of eventsInOrder(operations).entries()) {
    const position = operationOf(event);
    if (isReturn(event)) {
      returnedAt[position] = time;
    } else {
      calledAt[position] = time;
      if (found[position] !== none || left[position] !== none) byCall[calls++] = position;
    }
  }
  return { calledAt, returnedAt, byCall: byCall.subarray(0, calls) };
}

/**
 * Judges what had happened before `end`: operations called by then, of which those that returned
 * later may be left out, but keep the answer that they gave. Default: everything.
 */
export function orderByZones(history: RegisterHistory, end: number = never): Zones {
  const kept = keptOperations(history, end);
  if (!kept) return { outcome: "undecided" };
  const order = inOrderOfBlocks(blocksOf(history, kept));
  const isLinearizable = order.length === kept.length && agreesWithTime(history, order);
  return isLinearizable ? { outcome: "valid", order } : { outcome: "invalid" };
}

/** For `end`: up to the operation's return, with it. */
export function rightAfter({ returnedAt }: RegisterHistory, position: number): number {
  return intAt(returnedAt, position) + 1;
}

/** For `end`: up to the operation's return, without it. */
export function rightBefore({ returnedAt }: RegisterHistory, position: number): number {
  return intAt(returnedAt, position);
}

/**
 * The positions of all operations that must be in an order (1.), in the order of their calls.
 * Undefined where a needed value has several producers.
 */
function keptOperations(history: RegisterHistory, end: number): Int32Array | undefined {
  const called = history.byCall.filter((position) => intAt(history.calledAt, position) < end);
  const { producer, producers } = producersOf(history, called);
  const isKept = new Uint8Array(history.found.length);
  const isNeeded = new Uint8Array(history.values);
  const follow = [...called.filter((position) => intAt(history.returnedAt, position) < end)];
  for (let position = follow.pop(); position !== undefined; position = follow.pop()) {
    isKept[position] = 1;
    const value = intAt(history.found, position);
    if (value === none || isNeeded[value] === 1) continue;
    isNeeded[value] = 1;
    if (intAt(producers, value) > 1) return undefined;
    const source = intAt(producer, value);
    if (source !== none && isKept[source] !== 1) follow.push(source);
  }
  return called.filter((position) => isKept[position] === 1);
}

/** By value: one operation that leaves it, and how many do. */
function producersOf(
  { left, values }: RegisterHistory,
  called: Int32Array,
): { readonly producer: Int32Array; readonly producers: Int32Array } {
  const producer = new Int32Array(values).fill(none);
  const producers = new Int32Array(values);
  producers[initialValue] = 1;
  for (const position of called) {
    const value = intAt(left, position);
    if (value === none) continue;
    producer[value] = position;
    producers[value] = intAt(producers, value) + 1;
  }
  return { producer, producers };
}

/** Operations that stand together, as a range of `placed`. */
interface Block {
  readonly from: number;
  readonly to: number;
  /** min(m, M), see above. */
  readonly key: number;
}

interface Blocks {
  /** What found a place, block after block. */
  readonly placed: Int32Array;
  readonly blocks: readonly Block[];
}

/** Each block in its own order (2.), the initial value's first. */
function blocksOf(history: RegisterHistory, kept: Int32Array): Blocks {
  const followers = followersOf(history, kept);
  const placed = new Int32Array(kept.length);
  const blocks: Block[] = [];
  let to = placeFrom(history, followers, initialValue, placed, 0);
  // The initial value was there before every call.
  blocks.push({ from: 0, to, key: none });
  for (const position of kept) {
    if (history.found[position] !== none) continue;
    const from = to;
    placed[from] = position;
    to = placeFrom(history, followers, intAt(history.left, position), placed, from + 1);
    blocks.push({ from, to, key: keyOf(history, placed.subarray(from, to)) });
  }
  return { placed: placed.subarray(0, to), blocks };
}

/** What comes after a value was produced: its readers by call, as a list, and one swap. */
interface Followers {
  readonly firstReader: Int32Array;
  /** By operation: the next reader of the same value. */
  readonly nextReader: Int32Array;
  readonly swap: Int32Array;
}

function followersOf({ found, left, values }: RegisterHistory, kept: Int32Array): Followers {
  const firstReader = new Int32Array(values).fill(none);
  const nextReader = new Int32Array(found.length).fill(none);
  const swap = new Int32Array(values).fill(none);
  for (let i = kept.length - 1; i >= 0; i--) {
    const position = intAt(kept, i);
    const value = intAt(found, position);
    if (value === none) continue;
    if (left[position] === none) {
      nextReader[position] = intAt(firstReader, value);
      firstReader[value] = position;
    } else {
      swap[value] = position;
    }
  }
  return { firstReader, nextReader, swap };
}

/** Places what follows `value`, through all swaps; gives the place after the last one. */
function placeFrom(
  { left }: RegisterHistory,
  { firstReader, nextReader, swap }: Followers,
  value: number,
  placed: Int32Array,
  from: number,
): number {
  let to = from;
  for (let held = value; ;) {
    for (let reader = intAt(firstReader, held); reader !== none;) {
      placed[to++] = reader;
      reader = intAt(nextReader, reader);
    }
    const next = intAt(swap, held);
    if (next === none) return to;
    placed[to++] = next;
    held = intAt(left, next);
  }
}

function keyOf({ calledAt, returnedAt }: RegisterHistory, block: Int32Array): number {
  let earliestReturn = never;
  let latestCall = 0;
  for (const position of block) {
    earliestReturn = Math.min(earliestReturn, intAt(returnedAt, position));
    latestCall = Math.max(latestCall, intAt(calledAt, position));
  }
  return Math.min(earliestReturn, latestCall);
}

function inOrderOfBlocks({ placed, blocks }: Blocks): Int32Array {
  const order = new Int32Array(placed.length);
  let length = 0;
  for (const { from, to } of blocks.toSorted((a, b) => a.key - b.key)) {
    order.set(placed.subarray(from, to), length);
    length += to - from;
  }
  return order;
}

/** Nothing stands behind an operation that was called after its return. */
function agreesWithTime({ calledAt, returnedAt }: RegisterHistory, order: Int32Array): boolean {
  let latestCall = -1;
  for (const position of order) {
    if (intAt(returnedAt, position) < latestCall) return false;
    latestCall = Math.max(latestCall, intAt(calledAt, position));
  }
  return true;
}
