import { illegal, type Model } from "../model.js";
import type { Recorded } from "../parts/recorded.js";
import type { Attempt, Attempts, LinearizationPoint } from "./counterexample.js";
import { whyNot } from "./why-not.js";

/** One of the few operations of a counterexample: its index in the history, and its times. */
export interface Member {
  readonly index: number;
  readonly calledAt: number;
  /** `never` where it had not returned when the contradiction was complete. */
  readonly returnedAt: number;
}

/** So many orders are shown. */
export const mostShown = 12;
/** Of more operations than this no orders are tried: there are too many to be read. */
const mostMembers = 16;
/** Steps after which the count of orders ends. */
const mostSteps = 20_000;

/**
 * All ways to put these operations, in the order of their calls, into an order up to where none can
 * come next. One can while everything that had returned before its call is placed, and its answer is
 * right. Those that place most are shown, among equals in the order of the calls.
 */
export function attemptsOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  members: readonly Member[],
): Attempts<State> {
  if (members.length > mostMembers) return { shown: [], others: 0, isComplete: false };
  const shown: Reached<State>[] = [];
  let ends = 0;
  let steps = 0;

  function goOn({ order, state, left }: Reached<State>): void {
    if (++steps > mostSteps) return;
    let isEnd = true;
    for (const member of mayCome(left)) {
      const after = model.step(
        state,
        recorded.inputs[member.index] as Input,
        recorded.outputs[member.index],
      );
      if (after === illegal) continue;
      isEnd = false;
      goOn({
        order: [...order, { operation: member.index, state: after }],
        state: after,
        left: left.filter((other) => other !== member),
      });
    }
    if (isEnd) note({ order, state, left });
  }

  function note(end: Reached<State>): void {
    ends++;
    const place = shown.findIndex(({ order }) => order.length < end.order.length);
    shown.splice(place < 0 ? shown.length : place, 0, end);
    if (shown.length > mostShown) shown.pop();
  }

  goOn({ order: [], state: model.init(), left: members });
  return {
    shown: shown.map((end) => attemptOf(model, recorded, end)),
    others: ends - shown.length,
    isComplete: steps <= mostSteps,
  };
}

/** Some operations in an order, and the others. */
interface Reached<State> {
  readonly order: readonly LinearizationPoint<State>[];
  readonly state: State;
  readonly left: readonly Member[];
}

/** Nothing that is left had returned before it was called. */
function mayCome(left: readonly Member[]): readonly Member[] {
  const earliestReturn = Math.min(...left.map(({ returnedAt }) => returnedAt));
  return left.filter(({ calledAt }) => calledAt < earliestReturn);
}

function attemptOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  { order, state, left }: Reached<State>,
): Attempt<State> {
  const stuck = mayCome(left);
  const [first] = left.toSorted((a, b) => a.returnedAt - b.returnedAt);
  return {
    order,
    stuck: stuck.map(({ index }) => ({
      operation: index,
      reason: whyNot(model, recorded, state, index),
    })),
    waiting: left
      .filter((member) => !stuck.includes(member))
      .flatMap(({ index }) => (first ? [{ operation: index, waitsFor: first.index }] : [])),
  };
}
