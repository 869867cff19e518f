import { describeOperation, describeState } from "../describe.js";
import type { Model } from "../model.js";
import type { Recorded } from "../parts/recorded.js";

/** Why the operation, by its index in the history, is illegal in this state: a clause. */
export function whyNot<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  state: State,
  index: number,
): string {
  const input = inputs[index] as Input; // The columns are as long as the history.
  const output = outputs[index];
  return (
    model.explain?.(state, input, output) ??
    `${describeOperation(model, input, output)} is not possible in state ${describeState(model, state)}`
  );
}
