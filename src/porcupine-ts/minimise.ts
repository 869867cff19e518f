import { at } from "./at.js";
import type { Budget } from "./budget.js";
import { type Engine, isLinearizable } from "./decide.js";
import { leavingRule } from "./may-leave-out.js";
import type { Model, Operation } from "./model.js";

export interface Minimised {
  /** Positions in the list of operations, ascending. */
  readonly kept: readonly number[];
  /** True where none of them may be left out (may-leave-out.ts) without making the rest valid. */
  readonly isMinimal: boolean;
}

/**
 * Leaves out one operation after another, in ever smaller chunks, as long as the rest has no order
 * either. Deterministic. `operations` must have none. When the budget ends it stops where it is.
 */
export async function minimise<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  by: { readonly budget: Budget; readonly engine: Engine },
): Promise<Minimised> {
  const rule = leavingRule(model, operations);
  let kept = new Set(operations.keys());
  let isMinimal = true;

  async function tryToLeaveOut(chunk: readonly number[]): Promise<boolean> {
    const going = new Set(rule.leavable(kept, chunk));
    if (going.size === 0) return false;
    const rest = [...kept].filter((position) => !going.has(position));
    const valid = await isLinearizable(
      model,
      rest.map((position) => at(operations, position)),
      by,
    );
    if (valid === undefined) isMinimal = false;
    if (valid !== false) return false;
    kept = new Set(rest);
    return true;
  }

  async function leaveOut(positions: readonly number[], size: number): Promise<boolean> {
    let leftOut = false;
    for (const chunk of chunks(positions, size)) {
      if (by.budget.expired()) isMinimal = false;
      else leftOut = (await tryToLeaveOut(chunk)) || leftOut;
    }
    return leftOut;
  }

  const isReadOnly = (position: number) => {
    const { input, output } = at(operations, position);
    return model.readOnly?.(input, output) === true;
  };
  const lateFirst = () =>
    [...kept].sort((a, b) => at(operations, b).call - at(operations, a).call || b - a);

  // What only looked goes first, so that a contradiction is told by those that made it; and late
  // ones first, which leaves the write that first replaced a value.
  for (const wanted of [true, false]) {
    for (const size of halves(operations.length)) {
      await leaveOut(
        lateFirst().filter((position) => isReadOnly(position) === wanted),
        size,
      );
    }
  }
  // What went may have set free what had to stay because of it.
  for (let again = true; again;) again = await leaveOut(lateFirst(), 1);
  return { kept: [...kept], isMinimal };
}

/** Half of `length`, half of that, and so on down to 1. */
function halves(length: number): number[] {
  const sizes: number[] = [];
  for (let size = length; size > 1;) sizes.push((size = Math.ceil(size / 2)));
  return sizes.length > 0 ? sizes : [1];
}

function chunks(positions: readonly number[], size: number): number[][] {
  const count = Math.ceil(positions.length / size);
  return Array.from({ length: count }, (_, i) => positions.slice(i * size, (i + 1) * size));
}
