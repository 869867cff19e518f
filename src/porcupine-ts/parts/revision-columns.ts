import { intAt } from "../at.js";
import type { Illegal, Model } from "../model.js";
import type { Recorded } from "./recorded.js";
import type { Part } from "./split.js";
import type { Timeline } from "./timeline.js";

/** What an operation has to do with a revision, as a number. */
export const roles = {
  /** Legal in states of revision `at` alone. */
  looks: 0,
  /** Leads from states of smaller revisions to revision `at`. */
  moves: 1,
  /** The same, and the state it leads to is always the same. */
  overwrites: 2,
  /** It never returned, so that nobody knows whether it did anything. */
  perhaps: 3,
  /** It never returned, and it changes nothing. */
  nothing: 4,
} as const;

/** What the operations of a history have to do with revisions, by index. */
export interface RevisionColumns {
  readonly role: Uint8Array;
  /** Revisions; -1 where there is none. */
  readonly at: Float64Array;
  /** By part: 1 where some operation does not tell its revision. */
  readonly isOther: Uint8Array;
}

/** One part of a history in which every operation that returned tells a revision. */
export interface RevisionPart extends Timeline {
  /** By number: one of `roles`. */
  readonly role: Uint8Array;
  /** By number: the revision, -1 for what never returned. */
  readonly at: Float64Array;
}

/** The model's steps by the numbers of a part. */
export interface RevisionSteps<State> {
  readonly init: () => State;
  readonly step: (state: State, number: number) => State | Illegal;
}

/** Undefined where the model's states carry no revision. */
export function revisionColumns<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, inputs, outputs, part, names, return: returned }: Recorded<Input, Output>,
): RevisionColumns | undefined {
  const { revisions } = model;
  if (!revisions) return undefined;
  const role = new Uint8Array(count);
  const at = new Float64Array(count).fill(-1);
  const isOther = new Uint8Array(names.length);
  for (let index = 0; index < count; index++) {
    // Inputs are what callers say they are, undefined included.
    const input = inputs[index] as Input;
    const output = outputs[index];
    if (returned[index] === Infinity) {
      role[index] = model.readOnly?.(input, output) === true ? roles.nothing : roles.perhaps;
      continue;
    }
    const action = revisions.classify(input, output);
    if (!action || !isRevision(action.at)) {
      isOther[intAt(part, index)] = 1;
      continue;
    }
    at[index] = action.at;
    if (action.moves) role[index] = action.overwrites === true ? roles.overwrites : roles.moves;
  }
  return { role, at, isOther };
}

/** Twice a revision and one more must still be a whole number. */
function isRevision(at: number): boolean {
  return at >= 0 && Number.isInteger(at) && Number.isSafeInteger(2 * at + 1);
}

/** Undefined where some operation of the part does not tell its revision. */
export function revisionPart(
  columns: RevisionColumns,
  { timeline, indexes }: Pick<Part, "timeline" | "indexes">,
  its: number,
): RevisionPart | undefined {
  if (columns.isOther[its] === 1) return undefined;
  const role = new Uint8Array(timeline.count);
  const at = new Float64Array(timeline.count);
  for (let number = 0; number < timeline.count; number++) {
    const index = intAt(indexes, number);
    role[number] = columns.role[index] ?? roles.nothing;
    at[number] = columns.at[index] ?? -1;
  }
  return { ...timeline, role, at };
}

export function revisionSteps<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  indexes: Int32Array,
): RevisionSteps<State> {
  return {
    init: () => model.init(),
    step(state, number) {
      const index = intAt(indexes, number);
      return model.step(state, inputs[index] as Input, outputs[index]);
    },
  };
}
