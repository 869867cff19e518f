import { at } from "./at.js";
import { illegal, type Model, type Operation } from "./model.js";

/** An order with the state after each operation, and the state at its end. */
export interface Replayed<State> {
  /** Operations are positions in their list. */
  readonly path: readonly { readonly operation: number; readonly state: State }[];
  readonly state: State;
}

/**
 * Takes the model through an order that was found without it. Throws where the model does not allow
 * it: then what it says of itself as a register contradicts its `step`, and no verdict can be had.
 */
export function replay<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: Iterable<number>,
): Replayed<State> {
  const path: { operation: number; state: State }[] = [];
  let state = model.init();
  for (const operation of order) {
    const { input, output } = at(operations, operation);
    const after = model.step(state, input, output);
    if (after === illegal) {
      throw new Error(
        `the model's step must allow what its register.classify says, but does not allow ${JSON.stringify(input)} -> ${JSON.stringify(output)} in ${JSON.stringify(state)}`,
      );
    }
    state = after;
    path.push({ operation, state });
  }
  return { path, state };
}
