import { at, intAt } from "./at.js";
import { canonicalText } from "./canonical-text.js";
import type { Model, Operation } from "./model.js";

/**
 * Operations that never returned and ask for the same: any of them may stand for another. Where a
 * history is cut short, one that returned later has an output, which it must give if it is used.
 */
export interface UnknownClass {
  /** Positions in the list of operations, earliest call first. */
  readonly operations: readonly number[];
  /** Event positions of their calls, ascending. */
  readonly calledAt: readonly number[];
}

/**
 * One part's operations, laid out for the search. Those that returned are *certain*: they are
 * numbered by *rank*, their place in the order of returns. Times are event positions, all distinct.
 */
export interface Timeline {
  /** How many certain operations there are. */
  readonly size: number;
  /** By rank: the position in the list of operations. */
  readonly source: Int32Array;
  readonly calledAt: Int32Array;
  readonly returnedAt: Int32Array;
  /** Ranks in the order of their calls. */
  readonly callOrder: Int32Array;
  /** By rank: a number that no operation that overlaps it has. */
  readonly slot: Int32Array;
  /** How many slots there are: the most operations that were ever open at once. */
  readonly slots: number;
  /** By rank: 1 where the model says that the operation never changes the state. */
  readonly readOnly: Uint8Array;
  /** By first call. */
  readonly unknowns: readonly UnknownClass[];
  readonly unknownCount: number;
}

export function layOut<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Timeline {
  const events = eventsInOrder(operations);
  const certain = rankByReturn(operations, events);
  const unknowns = classesOfUnknowns(model, operations, events);
  return {
    ...certain,
    ...assignSlots(certain.size, events, certain.rankOf),
    readOnly: Uint8Array.from(certain.source, (position) => {
      const { input, output } = at(operations, position);
      return model.readOnly?.(input, output) === true ? 1 : 0;
    }),
    unknowns,
    unknownCount: unknowns.reduce((sum, { operations: members }) => sum + members.length, 0),
  };
}

/**
 * Calls and returns by time: 2i is the call of operation i, 2i + 1 its return. At equal times calls
 * come first, which makes operations that touch concurrent: a clock that cannot tell two moments
 * apart is no proof of an order. Within these, the order of the list.
 */
export function eventsInOrder(operations: readonly Operation<unknown, unknown>[]): Int32Array {
  const times = new Float64Array(2 * operations.length);
  const events: number[] = [];
  for (const [i, { call, return: returned }] of operations.entries()) {
    times[2 * i] = call;
    events.push(2 * i);
    if (returned !== undefined) {
      times[2 * i + 1] = returned;
      events.push(2 * i + 1);
    }
  }
  const timeOf = (event: number) => times[event] ?? 0;
  events.sort((a, b) => timeOf(a) - timeOf(b) || (a & 1) - (b & 1) || a - b);
  return Int32Array.from(events);
}

export const isReturn = (event: number) => (event & 1) === 1;
export const operationOf = (event: number) => event >> 1;

function rankByReturn(
  operations: readonly Operation<unknown, unknown>[],
  events: Int32Array,
): Pick<Timeline, "size" | "source" | "calledAt" | "returnedAt"> & { rankOf: Int32Array } {
  const size = operations.filter((operation) => operation.return !== undefined).length;
  const source = new Int32Array(size);
  const calledAt = new Int32Array(size);
  const returnedAt = new Int32Array(size);
  const rankOf = new Int32Array(operations.length).fill(-1);
  let rank = 0;
  for (const [position, event] of events.entries()) {
    if (!isReturn(event)) continue;
    source[rank] = operationOf(event);
    returnedAt[rank] = position;
    rankOf[operationOf(event)] = rank++;
  }
  for (const [position, event] of events.entries()) {
    const called = intAt(rankOf, operationOf(event));
    if (!isReturn(event) && called >= 0) calledAt[called] = position;
  }
  return { size, source, calledAt, returnedAt, rankOf };
}

/** The smallest free slot at a call, freed at its return. Unknown operations take none. */
function assignSlots(
  size: number,
  events: Int32Array,
  rankOf: Int32Array,
): Pick<Timeline, "callOrder" | "slot" | "slots"> {
  const callOrder = new Int32Array(size);
  const slot = new Int32Array(size);
  const isTaken: boolean[] = [];
  let calls = 0;
  for (const event of events) {
    const rank = intAt(rankOf, operationOf(event));
    if (rank < 0) continue;
    if (isReturn(event)) {
      isTaken[intAt(slot, rank)] = false;
      continue;
    }
    const free = isTaken.indexOf(false);
    slot[rank] = free < 0 ? isTaken.length : free;
    isTaken[intAt(slot, rank)] = true;
    callOrder[calls++] = rank;
  }
  return { callOrder, slot, slots: isTaken.length };
}

/**
 * Unknown operations, as classes of the same input. Left out: those that change nothing, since they
 * may be left out of any order, and those whose effect nobody can have noticed.
 */
function classesOfUnknowns<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  events: Int32Array,
): UnknownClass[] {
  const unnoticed = unnoticedUnknowns(model, operations);
  const classes = new Map<string, { operations: number[]; calledAt: number[] }>();
  for (const [position, event] of events.entries()) {
    const index = operationOf(event);
    const { input, output, return: returned } = at(operations, index);
    if (returned !== undefined || unnoticed.has(index)) continue;
    if (model.readOnly?.(input, output) === true) continue;
    const name = canonicalText([input, output]);
    const members = classes.get(name) ?? { operations: [], calledAt: [] };
    members.operations.push(index);
    members.calledAt.push(position);
    classes.set(name, members);
  }
  return [...classes.values()];
}

/**
 * Unknown operations that overwrite the state with a value that no other operation found. In any
 * order that uses one, nothing looks at the state between it and the next overwriting operation, so
 * the order stays legal without it. An operation that depends on the state without naming a value
 * (`observes` gives null) may have noticed anything. Leaving out an operation takes away what it
 * found itself, which may set free another: hence the rounds.
 */
function unnoticedUnknowns<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Set<number> {
  const left = new Set<number>();
  if (!model.produces || !model.observes) return left;
  const finders = new Map<string | number | null, number>();
  const count = (value: string | number | null | undefined, by: number) => {
    if (value !== undefined) finders.set(value, (finders.get(value) ?? 0) + by);
  };
  const unknown: number[] = [];
  for (const [index, { input, output, return: returned }] of operations.entries()) {
    if (returned === undefined) unknown.push(index);
    count(model.observes(input, output), 1);
  }
  if ((finders.get(null) ?? 0) > 0) return left;
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const index of unknown) {
      const { input, output } = at(operations, index);
      const produced = model.produces(input, output);
      if (left.has(index) || produced === undefined || (finders.get(produced) ?? 0) > 0) continue;
      left.add(index);
      count(model.observes(input, output), -1);
      isSettled = false;
    }
  }
  return left;
}
