import { intAt } from "../at.js";
import type { Model, RegisterAction } from "../model.js";
import type { Recorded } from "./recorded.js";
import { initialValue, kinds, noValue, type RegisterPart } from "./register-part.js";
import type { Part } from "./split.js";
import { createValueNumbers, type ValueNumbers } from "./value-numbers.js";

/** What each operation of a history does to its register, by index. */
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
  for (let index = 0; index < count; index++) {
    const input = inputs[index] as Input;
    const output = outputs[index];
    if (returned[index] === Infinity && model.readOnly?.(input, output) === true) {
      kind[index] = kinds.nothing;
      continue;
    }
    const action = register.classify(input, output);
    if (action) note(columns, index, action, numbers);
    else isOther[intAt(part, index)] = 1;
  }
  return { kind, found, left, values: numbers.size, isOther };
}

function note(
  { kind, found, left }: Pick<RegisterColumns, "kind" | "found" | "left">,
  index: number,
  action: RegisterAction,
  { numberOf }: ValueNumbers,
): void {
  switch (action.kind) {
    case "read":
    case "differs":
      kind[index] = kinds[action.kind];
      found[index] = numberOf(action.value);
      break;
    case "write":
      kind[index] = kinds.write;
      left[index] = numberOf(action.value);
      break;
    case "cas":
      found[index] = numberOf(action.from);
      // A swap of a value for itself only looks.
      kind[index] = action.from === action.to ? kinds.read : kinds.cas;
      if (action.from !== action.to) left[index] = numberOf(action.to);
      break;
    case "nothing":
      kind[index] = kinds.nothing;
      break;
  }
}

/** Makes the parts of one history, with values numbered anew in each. */
export function registerParts(
  columns: RegisterColumns,
): (part: Part, its: number) => RegisterPart | undefined {
  /** By value in the history: its number in the part last made, valid where `madeFor` says so. */
  const numbers = new Int32Array(columns.values);
  const madeFor = new Int32Array(columns.values).fill(-1);
  return ({ timeline, indexes }, its) => {
    if (columns.isOther[its] === 1) return undefined;
    const { count } = timeline;
    const kind = new Uint8Array(count);
    const found = new Int32Array(count);
    const left = new Int32Array(count);
    let values = 1;
    const numberOf = (value: number) => {
      if (value === noValue || value === initialValue) return value;
      if (intAt(madeFor, value) !== its) {
        madeFor[value] = its;
        numbers[value] = values++;
      }
      return intAt(numbers, value);
    };
    for (let number = 0; number < count; number++) {
      const index = intAt(indexes, number);
      kind[number] = columns.kind[index] ?? kinds.nothing;
      found[number] = numberOf(intAt(columns.found, index));
      left[number] = numberOf(intAt(columns.left, index));
    }
    return { ...timeline, kind, found, left, values };
  };
}
