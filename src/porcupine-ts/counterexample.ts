import { at, intAt } from "./at.js";
import type { Budget } from "./budget.js";
import { problemOf, runToEnd } from "./decide.js";
import { describeOperation, describeState } from "./describe.js";
import { minimise } from "./minimise.js";
import type { Model, Operation } from "./model.js";
import {
  createSearch,
  currentState,
  openOperations,
  type Problem,
  type Progress,
  path,
} from "./search.js";
import type { Part } from "./split-by-part.js";

/** An operation placed in an order, by its index in the history, and the state after it. */
export interface LinearizationPoint<State> {
  readonly operation: number;
  readonly state: State;
}

/** Why a part has no order. Operations are indexes into the history that was checked. */
export interface Counterexample<State> {
  /** A few operations that contradict each other all by themselves, in the order of the history. */
  readonly operations: readonly number[];
  /**
   * Those of them that had not returned yet when the contradiction was complete. They need not have
   * taken effect by then; but if they had, then with the answer that came later.
   */
  readonly pending: readonly number[];
  /** True where none of `operations` may be left out: may-leave-out.ts. False: time ran out. */
  readonly isMinimal: boolean;
  /**
   * An order of the longest beginning of the part that has one, and of as many more operations as
   * can be. Empty where time ran out, or where nothing at all can be placed.
   */
  readonly linearizablePrefix: readonly LinearizationPoint<State>[];
  /** The operations one of which would have to come next, and why it cannot. */
  readonly stuck: readonly { readonly operation: number; readonly reason: string }[];
}

/** `best` is the farthest that an exhausted search of the part came. */
export async function findCounterexample<State, Input, Output>(
  model: Model<State, Input, Output>,
  part: Part<Input, Output>,
  best: Progress,
  budget: Budget,
): Promise<Counterexample<State>> {
  const problem = problemOf(model, part.operations);
  const beginning = upToFailure(problem, best.layer);
  const { kept, isMinimal } = await minimise(
    model,
    beginning.map(({ operation }) => operation),
    budget,
  );
  const indexOf = (position: number) => at(part.indexes, position);
  const members = kept.map((place) => at(beginning, place));
  return {
    operations: members.map(({ position }) => indexOf(position)),
    pending: members
      .filter(({ operation }) => operation.return === undefined)
      .map(({ position }) => indexOf(position)),
    isMinimal,
    ...(await longestPrefix(model, problem, best, budget, indexOf)),
  };
}

/**
 * The shortest beginning of the part that has no order: since the search was exhaustive, no order
 * accounts for the return of the operation of rank `layer`, and there is one up to right before it.
 * Operations that return later may be left out of an order, but keep the answer that they gave.
 */
function upToFailure<State, Input, Output>(
  { operations, timeline }: Problem<State, Input, Output>,
  layer: number,
): { readonly position: number; readonly operation: Operation<Input, Output> }[] {
  const hasReturned = new Set(timeline.source.subarray(0, layer + 1));
  const failedAt = at(operations, intAt(timeline.source, layer)).return ?? Infinity;
  return [...operations.entries()]
    .filter(([, { call }]) => call <= failedAt)
    .map(([position, operation]) => ({
      position,
      operation: hasReturned.has(position) ? operation : { ...operation, return: undefined },
    }));
}

/** Searches again, in the same order, and stops where the first search came farthest. */
async function longestPrefix<State, Input, Output>(
  model: Model<State, Input, Output>,
  problem: Problem<State, Input, Output>,
  best: Progress,
  budget: Budget,
  indexOf: (position: number) => number,
): Promise<Pick<Counterexample<State>, "linearizablePrefix" | "stuck">> {
  const search = createSearch(problem, best);
  if ((await runToEnd(search, budget)) !== "found") return { linearizablePrefix: [], stuck: [] };
  const state = currentState(search);
  return {
    linearizablePrefix: path(search).map((point) => ({
      ...point,
      operation: indexOf(point.operation),
    })),
    stuck: openOperations(search).map((position) => ({
      operation: indexOf(position),
      reason: whyNot(model, state, at(problem.operations, position)),
    })),
  };
}

function whyNot<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, output }: Operation<Input, Output>,
): string {
  return (
    model.explain?.(state, input, output) ??
    `${describeOperation(model, input, output)} is not possible in state ${describeState(model, state)}`
  );
}
