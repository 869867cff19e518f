import type { Model } from "./model.js";

export function describeOperation<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  output: Output | undefined,
): string {
  return (
    model.describeOperation?.(input, output) ??
    `${JSON.stringify(input)} -> ${output === undefined ? "?" : JSON.stringify(output)}`
  );
}

export function describeState<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
): string {
  return (
    model.describeState?.(state) ?? (state === undefined ? "undefined" : JSON.stringify(state))
  );
}
