import { at } from "./at.js";
import type { Model, Operation } from "./model.js";

/** The operations of one independent part of the system. */
export interface Part<Input, Output> {
  readonly name: string;
  readonly operations: readonly Operation<Input, Output>[];
  /** By position in `operations`: the position in the whole history. */
  readonly indexes: readonly number[];
}

/** Parts in the order in which they first occur. Throws RangeError for impossible times. */
export function splitByPart<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Part<Input, Output>[] {
  const indexesByName = new Map<string, number[]>();
  for (const [index, operation] of operations.entries()) {
    assertTimes(operation, index);
    const name = model.partition?.(operation.input) ?? "";
    const indexes = indexesByName.get(name);
    if (indexes) indexes.push(index);
    else indexesByName.set(name, [index]);
  }
  return Array.from(indexesByName, ([name, indexes]) => ({
    name,
    operations: indexes.map((index) => withoutGuess(at(operations, index))),
    indexes,
  }));
}

/** What never returned has no output, whatever was put there. */
function withoutGuess<Input, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  const { input, output, call } = operation;
  return operation.return === undefined && output !== undefined ? { input, call } : operation;
}

function assertTimes({ call, return: returned }: Operation<unknown, unknown>, index: number): void {
  if (Number.isNaN(call) || (returned !== undefined && !(call <= returned))) {
    throw new RangeError(
      `operation ${index} must have a call that is not after its return, but has call ${call} and return ${returned ?? "none"}`,
    );
  }
}
