import { intAt } from "../at.js";
import type { Model, RegisterAction } from "../model.js";
import { giveBack } from "../pool.js";
import type { Recorded } from "./recorded.js";
import { initialValue, kinds, noValue, type RegisterPart } from "./register-part.js";
import { type Part, placesByPart } from "./split.js";
import { createValueNumbers, type ValueNumbers } from "./value-numbers.js";

/** What each operation of a history does to its register, part after part and by number in each. */
export interface RegisterColumns {
  readonly kind: Uint8Array;
  readonly found: Int32Array;
  readonly left: Int32Array;
  /** How many values there are in the whole history. */
  readonly values: number;
  /** By part: 1 where some operation is none of a register's. */
  readonly isOther: Uint8Array;
}

/** Undefined where the model is no register. */
export function registerColumns<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, inputs, outputs, part, names, return: returned }: Recorded<Input, Output>,
  parts: readonly Part[],
): RegisterColumns | undefined {
  const { register } = model;
  if (!register) return undefined;
  const kind = new Uint8Array(count);
  const found = new Int32Array(count).fill(noValue);
  const left = new Int32Array(count).fill(noValue);
  const isOther = new Uint8Array(names.length);
  const numbers = createValueNumbers();
  numbers.numberOf(register.initial);
  const columns = { kind, found, left };
  // In the order of the history, as operations lie in memory, and not part by part.
  const places = placesByPart(parts, count);
  for (let index = 0; index < count; index++) {
    const input = inputs[index] as Input;
    const output = outputs[index];
    const place = intAt(places, index);
    if (returned[index] === Infinity && model.readOnly?.(input, output) === true) {
      kind[place] = kinds.nothing;
      continue;
    }
    const action = register.classify(input, output);
    if (action) note(columns, place, action, numbers);
    else isOther[intAt(part, index)] = 1;
  }
  giveBack(places);
  return { kind, found, left, values: numbers.size, isOther };
}

function note(
  { kind, found, left }: Pick<RegisterColumns, "kind" | "found" | "left">,
  place: number,
  action: RegisterAction,
  numbers: ValueNumbers,
): void {
  switch (action.kind) {
    case "read":
    case "differs":
      kind[place] = kinds[action.kind];
      found[place] = numbers.numberOf(action.value);
      break;
    case "write":
      kind[place] = kinds.write;
      left[place] = numbers.numberOf(action.value);
      break;
    case "cas":
      found[place] = numbers.numberOf(action.from);
      // A swap of a value for itself only looks.
      kind[place] = action.from === action.to ? kinds.read : kinds.cas;
      if (action.from !== action.to) left[place] = numbers.numberOf(action.to);
      break;
    case "nothing":
      kind[place] = kinds.nothing;
      break;
  }
}

/** Makes the parts of one history, with values numbered anew in each. */
export function registerParts(
  columns: RegisterColumns,
): (part: Part, its: number) => RegisterPart | undefined {
  /** By value in the history: its number in the part last made, valid where `madeIn` says so. */
  const numbers = new Int32Array(columns.values);
  const madeIn = new Int32Array(columns.values);
  let turn = 0;
  let values = 0;

  /** One array for all parts, as in `columns`. */
  const found = new Int32Array(columns.found.length);
  const left = new Int32Array(columns.left.length);

  /** Numbers the values of this turn's part. */
  function renumber(ofHistory: Int32Array, ofParts: Int32Array, from: number, to: number): void {
    for (let place = from; place < to; place++) {
      const value = intAt(ofHistory, place);
      if (value === noValue || value === initialValue) {
        ofParts[place] = value;
        continue;
      }
      if (intAt(madeIn, value) !== turn) {
        madeIn[value] = turn;
        numbers[value] = values++;
      }
      ofParts[place] = intAt(numbers, value);
    }
  }

  return ({ timeline, start }, its) => {
    if (columns.isOther[its] === 1) return undefined;
    const end = start + timeline.count;
    turn++;
    values = initialValue + 1;
    renumber(columns.found, found, start, end);
    renumber(columns.left, left, start, end);
    return {
      count: timeline.count,
      calledAt: timeline.calledAt,
      returnedAt: timeline.returnedAt,
      byReturn: timeline.byReturn,
      kind: columns.kind.subarray(start, end),
      found: found.subarray(start, end),
      left: left.subarray(start, end),
      values,
    };
  };
}
