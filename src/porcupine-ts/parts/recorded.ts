import type { Model, Operation } from "../model.js";
import type { Times } from "./event-order.js";

/** A history by columns: of operation i the i-th element of each. */
export interface Recorded<Input, Output> extends Times {
  readonly inputs: readonly Input[];
  /** What never returned has no output, whatever was put there. */
  readonly outputs: readonly (Output | undefined)[];
  /** The part that it belongs to: an index into `names`. */
  readonly part: Int32Array;
  /** Parts in the order in which they first occur. */
  readonly names: readonly string[];
}

/** Throws RangeError for impossible times. */
export function record<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: Iterable<Operation<Input, Output>>,
): Recorded<Input, Output> {
  const inputs: Input[] = [];
  const outputs: (Output | undefined)[] = [];
  const parts = new Map<string, number>();
  let room = Array.isArray(operations) ? operations.length : 1024;
  let columns = withRoomFor(room);
  for (const { input, output, call, return: returned = Infinity } of operations) {
    const index = inputs.length;
    if (index === room) columns = withRoomFor((room *= 2), columns);
    if (!(call <= returned) || call === Infinity) throw impossibleTimes(index, call, returned);
    const name = model.partition?.(input) ?? "";
    let part = parts.get(name);
    if (part === undefined) parts.set(name, (part = parts.size));
    columns.part[index] = part;
    columns.call[index] = call;
    columns.return[index] = returned;
    inputs.push(input);
    outputs.push(returned === Infinity ? undefined : output);
  }
  return { count: inputs.length, inputs, outputs, ...columns, names: [...parts.keys()] };
}

type Columns = Pick<Recorded<unknown, unknown>, "call" | "return" | "part">;

function withRoomFor(count: number, before?: Columns): Columns {
  const columns = {
    call: new Float64Array(count),
    return: new Float64Array(count),
    part: new Int32Array(count),
  };
  if (before) {
    columns.call.set(before.call);
    columns.return.set(before.return);
    columns.part.set(before.part);
  }
  return columns;
}

function impossibleTimes(index: number, call: number, returned: number): RangeError {
  const end = returned === Infinity ? "none" : returned;
  return new RangeError(
    `operation ${index} must have a call that is not after its return, but has call ${call} and return ${end}`,
  );
}
