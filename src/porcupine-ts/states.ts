import { canonicalText } from "./canonical-text.js";
import { illegal, type Model, type Operation } from "./model.js";

/** What `stepTo` gives for an illegal step. */
export const noState = -1;

/** Rough bytes for one interned state, for the memory bound: its object, its slots, its key. */
const bytesPerState = 120;

/** Numbers for states: equal states have the same number, so that the search compares numbers. */
export interface States<State, Input, Output> {
  readonly initial: number;
  value(id: number): State;
  /** The number of the state after the operation, or `noState`. */
  stepTo(id: number, operation: Operation<Input, Output>): number;
  bytes(): number;
}

export function createStates<State, Input, Output>(
  model: Model<State, Input, Output>,
): States<State, Input, Output> {
  const values: State[] = [];
  const numberOf = createNumbering(model, values);
  return {
    initial: numberOf(model.init()),
    value: (id) => valueAt(values, id),
    stepTo(id, { input, output }) {
      const before = valueAt(values, id);
      const after = model.step(before, input, output);
      if (after === illegal) return noState;
      return after === before ? id : numberOf(after);
    },
    bytes: () => values.length * bytesPerState,
  };
}

/** Not `at`: undefined is a fine state. */
function valueAt<State>(values: readonly State[], id: number): State {
  if (id < 0 || id >= values.length) throw new RangeError(`no state ${id} of ${values.length}`);
  return values[id] as State;
}

function createNumbering<State, Input, Output>(
  model: Model<State, Input, Output>,
  values: State[],
): (state: State) => number {
  if (model.equal) return numberingByEqual(model, model.equal.bind(model), values);
  const numbers = new Map<unknown, number>();
  return (state) => {
    const key = structureOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, values.length);
    return values.push(state) - 1;
  };
}

/** Numbers and the like are keys as they are; a prefix keeps a text apart from an object's. */
function structureOf(state: unknown): unknown {
  if (typeof state === "object" && state !== null) return `object ${canonicalText(state)}`;
  return typeof state === "string" ? `text ${state}` : state;
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
    const known = alike.find((id) => equal(valueAt(values, id), state));
    if (known !== undefined) return known;
    alike.push(values.length);
    byHash.set(hash, alike);
    return values.push(state) - 1;
  };
}
