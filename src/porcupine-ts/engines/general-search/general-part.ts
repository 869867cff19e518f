import { intAt } from "../../at.js";
import type { Model } from "../../model.js";
import type { Recorded } from "../../parts/recorded.js";
import { never, type Timeline } from "../../parts/timeline.js";
import type { Transitions } from "./transitions.js";
import { type UnknownClass, unknownClasses } from "./unknown-classes.js";

/** One part of a history of any model, laid out for the search. */
export interface GeneralPart {
  readonly timeline: Timeline;
  /** By number: the operation's index in the whole history, by which steps are asked for. */
  readonly indexes: Int32Array;
  readonly transitions: Transitions<unknown>;
  /** By number: 1 where the model says that the operation never changes the state. */
  readonly readOnly: Uint8Array;
  /** By number: 1 where the model says that what comes after may be anything again. */
  readonly resets: Uint8Array;
  readonly unknowns: readonly UnknownClass[];
  /** By class: whether its operations reset. */
  readonly unknownResets: readonly boolean[];
}

export function generalPart<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Pick<Recorded<Input, Output>, "inputs" | "outputs">,
  {
    timeline,
    indexes,
    transitions,
  }: Pick<GeneralPart, "timeline" | "indexes"> & { readonly transitions: Transitions<State> },
): GeneralPart {
  const { count } = timeline;
  const readOnly = new Uint8Array(count);
  const resets = new Uint8Array(count);
  for (let number = 0; number < count; number++) {
    const index = intAt(indexes, number);
    const input = recorded.inputs[index] as Input;
    if (model.readOnly?.(input, recorded.outputs[index]) === true) readOnly[number] = 1;
    else if (model.resets?.(input) === true) resets[number] = 1;
  }
  const unknowns = unknownClasses(model, recorded, { timeline, indexes });
  return {
    timeline,
    indexes,
    transitions,
    readOnly,
    resets,
    unknowns,
    unknownResets: unknowns.map(({ members: [first = 0] }) => resets[first] === 1),
  };
}

/** Whether the operation returned, so that it must be in every order. */
export function isCertain({ returnedAt }: Timeline, number: number): boolean {
  return intAt(returnedAt, number) !== never;
}
