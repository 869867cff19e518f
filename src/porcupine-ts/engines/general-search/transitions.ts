import { intAt } from "../../at.js";
import { canonicalText } from "../../canonical-text.js";
import { illegal, type Model } from "../../model.js";
import type { Recorded } from "../../parts/recorded.js";

/** What a step gives where the operation is illegal. */
export const noState = -1;

/**
 * A model's steps as numbers. Equal states have the same number, and a step is asked of the model
 * once only: the search asks for the same ones again and again.
 */
export interface Transitions<State> {
  readonly initial: number;
  /** The number of the state after the operation of that index in the history, or `noState`. */
  readonly step: (state: number, index: number) => number;
  /** Whether it is illegal, and no operation but one that resets can change that. */
  readonly isHopeless: (state: number, index: number) => boolean;
  readonly value: (state: number) => State;
  /** Memory in use, estimated. */
  bytes(): number;
}

/** Rough bytes for one state: its object, its slots, its key. */
const bytesPerState = 120;

/** By rows of a table with open addressing: the state's number + 1 (0: empty), the index, the result. */
const rowSize = 3;
const firstRows = 16;

export function createTransitions<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Pick<Recorded<Input, Output>, "inputs" | "outputs">,
): Transitions<State> {
  // Not read with `at`: undefined is a fine state. Only numbers given out by `numberOf` come back.
  const values: State[] = [];
  const numberOf = createNumbering(model, values);
  let table = new Int32Array(firstRows * rowSize);
  let used = 0;

  function askModel(state: number, index: number): number {
    const before = values[state] as State;
    const input = inputs[index] as Input;
    const output = outputs[index];
    const after = model.step(before, input, output);
    if (after === illegal) return noState;
    return after === before ? state : numberOf(after);
  }

  function grow(): void {
    const rows = table;
    table = new Int32Array(2 * rows.length);
    for (let row = 0; row < rows.length; row += rowSize) {
      const state = intAt(rows, row);
      if (state === 0) continue;
      const index = intAt(rows, row + 1);
      const place = placeOf(table, state, index);
      table[place] = state;
      table[place + 1] = index;
      table[place + 2] = intAt(rows, row + 2);
    }
  }

  function step(state: number, index: number): number {
    const place = placeOf(table, state + 1, index);
    if (intAt(table, place) !== 0) return intAt(table, place + 2);
    const result = askModel(state, index);
    table[place] = state + 1;
    table[place + 1] = index;
    table[place + 2] = result;
    used++;
    if (2 * used * rowSize > table.length) grow();
    return result;
  }

  return {
    initial: numberOf(model.init()),
    step,
    isHopeless(state, index) {
      if (!model.mayStillAllow || step(state, index) !== noState) return false;
      return !model.mayStillAllow(values[state] as State, inputs[index] as Input, outputs[index]);
    },
    value: (state) => values[state] as State,
    bytes: () => values.length * bytesPerState + 4 * table.length,
  };
}

/** Where the row of this state (+ 1) and index is, or the empty one where it belongs. */
function placeOf(table: Int32Array, state: number, index: number): number {
  const rows = table.length / rowSize;
  let hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b);
  hash ^= hash >>> 15;
  let row = hash & (rows - 1);
  for (;;) {
    const place = row * rowSize;
    const found = intAt(table, place);
    if (found === 0 || (found === state && intAt(table, place + 1) === index)) return place;
    row = (row + 1) & (rows - 1);
  }
}

function createNumbering<State, Input, Output>(
  model: Model<State, Input, Output>,
  values: State[],
): (state: State) => number {
  if (model.equal) return numberingByEqual(model, model.equal.bind(model), values);
  const plain = new Map<State, number>();
  // Apart from the others, so that no text that is a state can be taken for an object's.
  const objects = new Map<string, number>();
  const add = (state: State) => values.push(state) - 1;
  return (state) =>
    typeof state === "object" && state !== null
      ? findOrAdd(objects, canonicalText(state), () => add(state))
      : findOrAdd(plain, state, () => add(state));
}

function findOrAdd<Key>(numbers: Map<Key, number>, key: Key, add: () => number): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const number = add();
  numbers.set(key, number);
  return number;
}

function numberingByEqual<State, Input, Output>(
  model: Model<State, Input, Output>,
  equal: (a: State, b: State) => boolean,
  values: State[],
): (state: State) => number {
  const byHash = new Map<string | number, number[]>();
  return (state) => {
    const hash = model.hash?.(state) ?? 0;
    const alike = byHash.get(hash) ?? [];
    const known = alike.find((number) => equal(values[number] as State, state));
    if (known !== undefined) return known;
    alike.push(values.length);
    byHash.set(hash, alike);
    return values.push(state) - 1;
  };
}
