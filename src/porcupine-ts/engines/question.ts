import { intAt } from "../at.js";
import type { Model, ModelOrigin } from "../model.js";
import type { Recorded } from "../parts/recorded.js";
import { registerColumns, registerParts } from "../parts/register-columns.js";
import type { RegisterPart } from "../parts/register-part.js";
import type { Part } from "../parts/split.js";
import { subRegisterPart, subTimeline } from "../parts/sub-part.js";
import type { Timeline } from "../parts/timeline.js";
import { type GeneralPart, generalPart } from "./general-search/general-part.js";
import { createTransitions, type Transitions } from "./general-search/transitions.js";
import { asOfBeginning, prepareViews, type Views } from "./views.js";

/** Whether some operations have an order: a part, or a few of its operations, as engines see it. */
export interface Question<State> {
  readonly timeline: Timeline;
  /** By number: the operation's index in the whole history. */
  readonly indexes: Int32Array;
  /** The number of the part that they belong to. */
  readonly its: number;
  /** Where they are a register's. */
  readonly register: RegisterPart | undefined;
  readonly views: Views<State>;
  /** The model's steps, known once for all questions about one part. */
  readonly transitions: () => Transitions<State>;
  /** For the search that serves any model. */
  general(): GeneralPart;
  /** The same for one in another thread; undefined where the model says nothing of its origin. */
  remote(): RemoteQuestion | undefined;
}

/** A question as data alone. */
export interface RemoteQuestion {
  readonly origin: ModelOrigin;
  readonly timeline: Timeline;
  /** By number. */
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
}

export interface Questions<State> {
  /** About part number `its` of the history. */
  about(part: Part, its: number): Question<State>;
  /**
   * About some of a question's operations, by ascending number, up to the position `end`: what
   * returned later counts as never returned but keeps its answer, what was called later is left out.
   */
  aboutSome(whole: Question<State>, numbers: Int32Array, end: number): Question<State>;
}

/** Reads what the model says of itself off the whole history, once. */
export function prepareQuestions<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  parts: readonly Part[],
): Questions<State> {
  const columns = registerColumns(model, recorded, parts);
  const registerOf = columns && registerParts(columns);

  const viewsOf = prepareViews(model, recorded);

  const question = (of: Omit<Question<State>, "general" | "remote">): Question<State> => ({
    ...of,
    general: () => generalPart(model, recorded, { ...of, transitions: of.transitions() }),
    remote: () => model.origin && { origin: model.origin, ...ownData(recorded, of) },
  });

  return {
    about(part, its) {
      let transitions: Transitions<State> | undefined;
      return question({
        timeline: part.timeline,
        indexes: part.indexes,
        its,
        register: registerOf?.(part, its),
        views: viewsOf(part, its),
        transitions: () => (transitions ??= createTransitions(model, recorded)),
      });
    },
    aboutSome({ timeline, indexes, its, register, transitions }, numbers, end) {
      const called = calledBefore(timeline, numbers, end);
      const itsRegister = register && subRegisterPart(register, called, end);
      const some = {
        timeline: itsRegister ?? subTimeline(timeline, called, end),
        indexes: called.map((number) => intAt(indexes, number)),
      };
      const views = asOfBeginning(viewsOf(some, its));
      return question({ ...some, its, register: itsRegister, views, transitions });
    },
  };
}

/** What is asked about, apart from the rest of the history. */
function ownData(
  { inputs, outputs }: Recorded<unknown, unknown>,
  { timeline, indexes }: Pick<Question<unknown>, "timeline" | "indexes">,
): Omit<RemoteQuestion, "origin"> {
  return {
    timeline,
    inputs: Array.from(indexes, (index) => inputs[index]),
    outputs: Array.from(indexes, (index) => outputs[index]),
  };
}

/** Numbers are in the order of calls: those from some place on are too late. */
function calledBefore({ calledAt }: Timeline, numbers: Int32Array, end: number): Int32Array {
  let length = numbers.length;
  while (length > 0 && intAt(calledAt, intAt(numbers, length - 1)) >= end) length--;
  return numbers.subarray(0, length);
}
