import { at, intAt } from "./at.js";
import type { Budget } from "./budget.js";
import { type Engine, problemOf, runToEnd } from "./decide.js";
import { describeOperation, describeState } from "./describe.js";
import { type Farthest, farthestByZones } from "./farthest-by-zones.js";
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
import type { RegisterHistory } from "./zones.js";

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

/** What showed that a part has no order. */
export type Refutation =
  | { readonly by: "zones"; readonly register: RegisterHistory }
  /** `best` is the farthest that the exhausted search came. */
  | { readonly by: "general"; readonly best: Progress };

export async function findCounterexample<State, Input, Output>(
  model: Model<State, Input, Output>,
  part: Part<Input, Output>,
  refutation: Refutation,
  limits: { readonly budget: Budget; readonly engine: Engine },
): Promise<Counterexample<State>> {
  const problem = problemOf(model, part.operations);
  const { layer, farthest } = farthestOf(model, problem, refutation, limits.budget);
  const beginning = upToFailure(problem, layer);
  const { kept, isMinimal } = await minimise(
    model,
    beginning.map(({ operation }) => operation),
    limits,
  );
  const indexOf = (position: number) => at(part.indexes, position);
  const members = kept.map((place) => at(beginning, place));
  return {
    operations: members.map(({ position }) => indexOf(position)),
    pending: members
      .filter(({ operation }) => operation.return === undefined)
      .map(({ position }) => indexOf(position)),
    isMinimal,
    ...longestPrefix(model, problem, await farthest(), indexOf),
  };
}

/** The layer is there at once, how to get there may take a search. */
function farthestOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  problem: Problem<State, Input, Output>,
  refutation: Refutation,
  budget: Budget,
): { layer: number; farthest: () => Promise<Farthest<State> | undefined> } {
  if (refutation.by === "general") {
    const { best } = refutation;
    return { layer: best.layer, farthest: () => searchAgain(problem, best, budget) };
  }
  const found = farthestByZones(model, problem.operations, {
    history: refutation.register,
    byReturn: problem.timeline.source,
  });
  return { layer: found.layer, farthest: () => Promise.resolve(found) };
}

/**
 * The shortest beginning of the part that has no order: no order
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

/** In the same order as the first search; stops where that came farthest. */
async function searchAgain<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  best: Progress,
  budget: Budget,
): Promise<Farthest<State> | undefined> {
  const search = createSearch(problem, best);
  if ((await runToEnd(search, budget)) !== "found") return undefined;
  return {
    layer: best.layer,
    path: path(search),
    state: currentState(search),
    stuck: openOperations(search),
  };
}

function longestPrefix<State, Input, Output>(
  model: Model<State, Input, Output>,
  problem: Problem<State, Input, Output>,
  farthest: Farthest<State> | undefined,
  indexOf: (position: number) => number,
): Pick<Counterexample<State>, "linearizablePrefix" | "stuck"> {
  if (!farthest) return { linearizablePrefix: [], stuck: [] };
  return {
    linearizablePrefix: farthest.path.map(({ operation, state }) => ({
      operation: indexOf(operation),
      state,
    })),
    stuck: farthest.stuck.map((position) => ({
      operation: indexOf(position),
      reason: whyNot(model, farthest.state, at(problem.operations, position)),
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
