import { intAt } from "../at.js";
import { illegal, type Model } from "../model.js";
import type { Recorded } from "../parts/recorded.js";
import type { Part } from "../parts/split.js";
import type { Counterexample, LinearizationPoint } from "./counterexample.js";
import type { Failure } from "./failing-return.js";
import { whyNot } from "./why-not.js";

/**
 * The order of all that happened before the failure, and of what else is possible after it: first
 * what only looks, then what returns first. And what then cannot come.
 */
export function longestPrefix<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  part: Part,
  { rank, orderBefore }: Failure,
): Pick<Counterexample<State>, "linearizablePrefix" | "stuck"> {
  if (!orderBefore) return { linearizablePrefix: [], stuck: [] };
  const path: LinearizationPoint<State>[] = [];
  let state = model.init();
  const after = (index: number) =>
    model.step(state, recorded.inputs[index] as Input, recorded.outputs[index]);
  const place = (operation: number) => {
    const following = after(operation);
    if (following === illegal) throw contradiction(recorded, operation);
    state = following;
    path.push({ operation, state });
  };
  for (const number of orderBefore) place(intAt(part.indexes, number));

  let open = openAt(part, rank, orderBefore);
  const isReadOnly = (index: number) =>
    model.readOnly?.(recorded.inputs[index] as Input, recorded.outputs[index]) === true;
  for (;;) {
    const possible = open.filter((index) => after(index) !== illegal);
    const next = possible.find(isReadOnly) ?? possible[0];
    if (next === undefined) break;
    place(next);
    open = open.filter((index) => index !== next);
  }
  const stuck = open.map((operation) => ({
    operation,
    reason: whyNot(model, recorded, state, operation),
  }));
  return { linearizablePrefix: path, stuck };
}

/** Called before the return of that rank, returned then or later, not placed: by return. */
function openAt({ timeline, indexes }: Part, rank: number, placed: Int32Array): number[] {
  const { count, byReturn, calledAt, returnedAt } = timeline;
  const isPlaced = new Uint8Array(count);
  for (const number of placed) isPlaced[number] = 1;
  const end = intAt(returnedAt, intAt(byReturn, rank));
  return [...byReturn.subarray(rank)]
    .filter((number) => intAt(calledAt, number) < end && isPlaced[number] !== 1)
    .map((number) => intAt(indexes, number));
}

function contradiction({ inputs, outputs }: Recorded<unknown, unknown>, index: number): Error {
  return new Error(
    `the model's step must allow what its register.classify says, but does not allow ${JSON.stringify(inputs[index])} -> ${JSON.stringify(outputs[index])} where an order has it`,
  );
}
