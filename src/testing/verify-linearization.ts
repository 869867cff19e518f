import type { LinearizationPoint } from "../porcupine-ts/counterexample/counterexample.js";
import { illegal, type Model, type Operation } from "../porcupine-ts/model.js";

/**
 * What is wrong with an order that claims to explain `operations`; undefined where nothing is. It
 * shares no code with the search: it steps through the order and compares times.
 */
export function flawIn<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly LinearizationPoint<State>[],
): string | undefined {
  const placed = new Set(order.map(({ operation }) => operation));
  if (placed.size < order.length) return "an operation is placed twice";
  const missing = operations.findIndex(
    (operation, index) => operation.return !== undefined && !placed.has(index),
  );
  if (missing >= 0) return `operation ${missing} returned but is not placed`;
  return illegalStep(model, operations, order) ?? orderAgainstTime(operations, order);
}

/** The first step that the model does not allow, or that leads to another state than claimed. */
export function illegalStep<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly LinearizationPoint<State>[],
): string | undefined {
  let state = model.init();
  for (const { operation: index, state: claimed } of order) {
    const operation = operations[index];
    if (!operation) return `there is no operation ${index}`;
    const output = operation.return === undefined ? undefined : operation.output;
    const after = model.step(state, operation.input, output);
    if (after === illegal) return `operation ${index} is illegal where it is placed`;
    if (JSON.stringify(after) !== JSON.stringify(claimed)) {
      return `operation ${index} leads to ${JSON.stringify(after)}, not to ${JSON.stringify(claimed)}`;
    }
    state = after;
  }
  return undefined;
}

/** Two placed operations the later of which had returned before the earlier one was called. */
export function orderAgainstTime(
  operations: readonly Operation<unknown, unknown>[],
  order: readonly LinearizationPoint<unknown>[],
): string | undefined {
  let latestCall = -Infinity;
  for (const { operation: index } of order) {
    const operation = operations[index];
    if (!operation) return `there is no operation ${index}`;
    if (operation.return !== undefined && operation.return < latestCall) {
      return `operation ${index} is placed after one that was called when it had returned`;
    }
    latestCall = Math.max(latestCall, operation.call);
  }
  return undefined;
}
