import { intAt } from "../at.js";
import type { Model } from "../model.js";
import type { Recorded } from "../parts/recorded.js";
import type { Part } from "../parts/split.js";
import { subTimeline } from "../parts/sub-part.js";
import type { Timeline } from "../parts/timeline.js";
import { createValueNumbers } from "../parts/value-numbers.js";

/** It left no value, or found none. */
export const none = -1;
/** It depends on the state, but on no one value. */
export const anyValue = -2;

/** Which value each operation of a part leaves and which it found, as numbers from 0 on. */
export interface Traces extends Timeline {
  /** By number: a value or `none`. */
  readonly produced: Int32Array;
  /** By number: a value, `none` or `anyValue`. */
  readonly observed: Int32Array;
  /** With `anyValue`: the value that it certainly did not find, `none` where nobody knows. */
  readonly avoided: Int32Array;
  readonly values: number;
}

/** Undefined where the model does not say. */
export function tracesOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  { timeline, indexes }: Part,
): Traces | undefined {
  if (!model.produces || !model.observes) return undefined;
  const { count } = timeline;
  const produced = new Int32Array(count).fill(none);
  const observed = new Int32Array(count).fill(none);
  const avoided = new Int32Array(count).fill(none);
  const numbers = createValueNumbers();
  for (let number = 0; number < count; number++) {
    const index = intAt(indexes, number);
    const input = inputs[index] as Input; // The columns are as long as the history.
    const output = outputs[index];
    const left = model.produces(input, output);
    const found = model.observes(input, output);
    // What leaves the value that it found only looks.
    if (left !== undefined && left !== found) produced[number] = numbers.numberOf(left);
    if (found === null) {
      const action = model.register?.classify(input, output);
      observed[number] = anyValue;
      if (action?.kind === "differs") avoided[number] = numbers.numberOf(action.value);
    } else if (found !== undefined) {
      observed[number] = numbers.numberOf(found);
    }
  }
  return { ...timeline, produced, observed, avoided, values: numbers.size };
}

/** Of the operations `numbers` (ascending) alone, up to `end`; values are numbered anew. */
export function subTraces(traces: Traces, numbers: Int32Array, end: number): Traces {
  const values = new Map<number, number>();
  const numberOf = (value: number) => {
    if (value < 0) return value;
    const known = values.get(value) ?? values.size;
    values.set(value, known);
    return known;
  };
  const picked = (column: Int32Array) => numbers.map((number) => numberOf(intAt(column, number)));
  return {
    ...subTimeline(traces, numbers, end),
    produced: picked(traces.produced),
    observed: picked(traces.observed),
    avoided: picked(traces.avoided),
    values: values.size,
  };
}
