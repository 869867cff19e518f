import { intAt } from "../at.js";
import type { Model, SetAction } from "../model.js";
import type { Recorded } from "./recorded.js";
import { createRenumbering } from "./renumbering.js";
import type { Part } from "./split.js";
import type { Timeline } from "./timeline.js";
import { createValueNumbers, type ValueNumbers } from "./value-numbers.js";

/** What an operation does to a set that only grows, as a number. */
export const setKinds = {
  /** Legal everywhere; adds `element`. */
  add: 0,
  /** Legal where the set holds what `elementsOf` says and nothing else. */
  read: 1,
  /** Legal everywhere, leaves everything. */
  nothing: 2,
} as const;

/** No element: what a read adds. */
export const noElement = -1;

const none: Int32Array = new Int32Array(0);

/** What each operation of a history does to its set, by index. */
export interface SetColumns {
  readonly kind: Uint8Array;
  readonly element: Int32Array;
  /** What a read found; empty for others. */
  readonly found: readonly Int32Array[];
  /** How many elements there are in the whole history. */
  readonly elements: number;
  /** By part: 1 where some operation is none of a set's. */
  readonly isOther: Uint8Array;
}

/** One part of a history of sets: a single set. Elements are numbers from 0 on. */
export interface SetPart extends Timeline {
  /** By number: one of `setKinds`. */
  readonly kind: Uint8Array;
  /** By number: the element that it adds, `noElement` for a read or nothing. */
  readonly element: Int32Array;
  /** By number: what a read found, each element once; empty for others. */
  readonly found: readonly Int32Array[];
  /** How many elements there are. */
  readonly elements: number;
}

/** Undefined where the model is no set. */
export function setColumns<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, inputs, outputs, part, names, return: returned }: Recorded<Input, Output>,
): SetColumns | undefined {
  const { set } = model;
  if (!set) return undefined;
  const kind = new Uint8Array(count).fill(setKinds.nothing);
  const element = new Int32Array(count).fill(noElement);
  const found = new Array<Int32Array>(count).fill(none);
  const isOther = new Uint8Array(names.length);
  const numbers = createValueNumbers();
  for (let index = 0; index < count; index++) {
    // Inputs are what callers say they are, undefined included.
    const input = inputs[index] as Input;
    const output = outputs[index];
    if (returned[index] === Infinity && model.readOnly?.(input, output) === true) continue;
    const action = set.classify(input, output);
    if (!action || !note({ kind, element, found }, index, action, numbers)) {
      isOther[intAt(part, index)] = 1;
    }
  }
  return { kind, element, found, elements: numbers.size, isOther };
}

/** False for a read that names an element twice. */
function note(
  { kind, element, found }: { kind: Uint8Array; element: Int32Array; found: Int32Array[] },
  index: number,
  action: SetAction,
  numbers: ValueNumbers,
): boolean {
  switch (action.kind) {
    case "add":
      kind[index] = setKinds.add;
      element[index] = numbers.numberOf(action.element);
      return true;
    case "read":
      kind[index] = setKinds.read;
      found[index] = Int32Array.from(action.elements, (each) => numbers.numberOf(each));
      return new Set(action.elements).size === action.elements.length;
    case "nothing":
      return true;
  }
}

/** Makes the parts of one history, with elements numbered anew in each. */
export function setParts(
  columns: SetColumns,
): (part: Pick<Part, "timeline" | "indexes">, its: number) => SetPart | undefined {
  const renumbering = createRenumbering(columns.elements);
  return ({ timeline, indexes }, its) => {
    if (columns.isOther[its] === 1) return undefined;
    renumbering.begin();
    const { numberOf } = renumbering;
    const kind = new Uint8Array(timeline.count);
    const element = new Int32Array(timeline.count);
    const found = new Array<Int32Array>(timeline.count).fill(none);
    for (let number = 0; number < timeline.count; number++) {
      const index = intAt(indexes, number);
      kind[number] = columns.kind[index] ?? setKinds.nothing;
      element[number] = numberOf(intAt(columns.element, index));
      found[number] = (columns.found[index] ?? none).map((each) => numberOf(each));
    }
    return { ...timeline, kind, element, found, elements: renumbering.size };
  };
}
