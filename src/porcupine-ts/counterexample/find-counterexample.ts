import { intAt } from "../at.js";
import type { Budget } from "../budget.js";
import type { Model } from "../model.js";
import type { Recorded } from "../parts/recorded.js";
import type { Part } from "../parts/split.js";
import { never } from "../parts/timeline.js";
import { attemptsOf } from "./attempts.js";
import type { Counterexample } from "./counterexample.js";
import { findFailure } from "./failing-return.js";
import { longestPrefix } from "./longest-prefix.js";
import { anythingMayGo, type LeavingRule, leavingRule } from "./may-leave-out.js";
import { minimise } from "./minimise.js";
import { isInvalid, type RefutedPart } from "./refuted-part.js";
import { tracesOf } from "./traces.js";
import { beginningUpTo, type Stretch, windowUpTo } from "./window.js";

/** A part that has no order. */
export interface Refuted<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly part: Part;
  /**
   * So many returns, from the first one on, are surely accounted for by some order. The closer to
   * the truth, the quicker; where the model does not say what operations produce and observe, it
   * should be exact.
   */
  readonly reached: number;
  /**
   * Whether the operations `numbers` of the part (ascending) have an order all by themselves. What
   * returned at or after the position `end` of the part's time counts as never returned but keeps
   * its answer, what was called after it is left out. "valid" comes with an order by the part's
   * numbers. Undefined: time or memory ran out.
   */
  readonly decide: RefutedPart["decide"];
}

/**
 * Finds the first return that no order accounts for, a stretch of time before it whose operations
 * contradict each other, and leaves out of these one after the other. All of it is a function of
 * the history, as long as time suffices.
 */
export async function findCounterexample<State, Input, Output>(
  { model, recorded, part, reached, decide }: Refuted<State, Input, Output>,
  budget: Budget,
): Promise<Counterexample<State>> {
  const { timeline, indexes } = part;
  const traces = tracesOf(model, recorded, part);
  const rule = traces && leavingRule(traces, { addsHiding: true });
  const refuted: RefutedPart = {
    ...{ timeline, traces, budget, decide },
    isReadOnly(number) {
      const index = intAt(indexes, number);
      // The columns are as long as the history.
      return model.readOnly?.(recorded.inputs[index] as Input, recorded.outputs[index]) === true;
    },
  };
  const failure = await findFailure(refuted, reached, rule);
  const window = await shortestWindow(refuted, rule ?? anythingMayGo, failure.rank);
  const { kept, isMinimal } = await minimise(refuted, window);
  const members = Array.from(kept, (number) => {
    const returnedAt = intAt(timeline.returnedAt, number);
    return {
      index: intAt(indexes, number),
      calledAt: intAt(timeline.calledAt, number),
      returnedAt: returnedAt < window.end ? returnedAt : never,
    };
  });
  const ascending = members.toSorted((a, b) => a.index - b.index);
  return {
    operations: ascending.map(({ index }) => index),
    pending: ascending.filter(({ returnedAt }) => returnedAt === never).map(({ index }) => index),
    isMinimal,
    attempts: attemptsOf(model, recorded, members),
    ...longestPrefix(model, recorded, part, failure),
  };
}

const shortest = 8;

/** Twice as many returns each time, up to all that came before. */
async function shortestWindow(
  refuted: RefutedPart,
  rule: LeavingRule,
  rank: number,
): Promise<Stretch> {
  for (let length = shortest; length <= rank; length *= 2) {
    const window = windowUpTo(refuted.timeline, rule, rank + 1 - length, rank);
    if (await isInvalid(refuted, window)) return window;
  }
  const whole = windowUpTo(refuted.timeline, rule, 0, rank);
  return (await isInvalid(refuted, whole)) ? whole : beginningUpTo(refuted.timeline, rank);
}
