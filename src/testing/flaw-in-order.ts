import { illegal, type Model, type Operation } from "../porcupine-ts/model.js";

/**
 * What is wrong with an order of `operations`, given by their indexes; undefined where nothing is.
 * It shares no code with the engines: it steps through the order and compares times.
 */
export function flawInOrder<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: Iterable<number>,
): string | undefined {
  const placed = new Set<number>();
  let state = model.init();
  let latestCall = -Infinity;
  for (const index of order) {
    const operation = operations[index];
    if (!operation) return `there is no operation ${index}`;
    if (placed.has(index)) return `operation ${index} is placed twice`;
    placed.add(index);
    const { input, output, call, return: returned = Infinity } = operation;
    if (returned < latestCall) return `operation ${index} is placed after a later call`;
    latestCall = Math.max(latestCall, call);
    const after = model.step(state, input, returned === Infinity ? undefined : output);
    if (after === illegal) return `operation ${index} is illegal where it is placed`;
    state = after;
  }
  const missing = operations.findIndex(
    (operation, index) => operation.return !== undefined && !placed.has(index),
  );
  return missing < 0 ? undefined : `operation ${missing} returned but is not placed`;
}
