import { illegal, type Model, type Operation } from "../porcupine-ts/model.js";

/**
 * Tries all orders, and nothing else: obviously right, and hopeless beyond ten operations. What
 * never returned may be left out.
 */
export function hasOrder<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  state: State = model.init(),
): boolean {
  if (operations.every((operation) => operation.return === undefined)) return true;
  return operations.some((operation) => {
    const others = operations.filter((other) => other !== operation);
    if (others.some((other) => other.return !== undefined && other.return < operation.call)) {
      return false;
    }
    const after = model.step(state, operation.input, operation.output);
    return after !== illegal && hasOrder(model, others, after);
  });
}
