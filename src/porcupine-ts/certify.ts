import { intAt } from "./at.js";
import { illegal, type Model } from "./model.js";
import type { Recorded } from "./parts/recorded.js";
import { never, type Timeline } from "./parts/timeline.js";

/**
 * Looks at an order that an engine gave, as somebody would who trusts none: every operation that
 * returned is placed once and no other twice, nothing is placed behind what was called after its
 * return, and the model allows each step. Throws where that is not so: either an engine is wrong or
 * the model contradicts itself, and no verdict can be had.
 */
export function certify<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  part: { readonly timeline: Timeline; readonly indexes: Int32Array },
  order: Int32Array,
): void {
  assertComplete(part.timeline, order);
  assertInTime(part.timeline, order);
  assertLegal(model, recorded, part.indexes, order);
}

function assertComplete({ count, byReturn }: Timeline, order: Int32Array): void {
  const isPlaced = new Uint8Array(count);
  for (let i = 0; i < order.length; i++) {
    const number = intAt(order, i);
    if (isPlaced[number] !== 0) throw new Error(`an order places operation ${number} twice`);
    isPlaced[number] = 1;
  }
  for (let i = 0; i < byReturn.length; i++) {
    const number = intAt(byReturn, i);
    if (isPlaced[number] !== 1) throw new Error(`an order leaves out operation ${number}`);
  }
}

function assertInTime({ calledAt, returnedAt }: Timeline, order: Int32Array): void {
  let latestCall = -1;
  for (let i = 0; i < order.length; i++) {
    const number = intAt(order, i);
    const returned = intAt(returnedAt, number);
    if (returned !== never && returned < latestCall) {
      throw new Error(`an order places operation ${number} too late`);
    }
    latestCall = Math.max(latestCall, intAt(calledAt, number));
  }
}

function assertLegal<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  indexes: Int32Array,
  order: Int32Array,
): void {
  let state = model.init();
  for (let i = 0; i < order.length; i++) {
    const index = intAt(indexes, intAt(order, i));
    const input = inputs[index] as Input;
    const output = outputs[index];
    const after = model.step(state, input, output);
    if (after === illegal) throw new Error(contradiction(state, input, output));
    state = after;
  }
}

function contradiction(state: unknown, input: unknown, output: unknown): string {
  const [held, asked, answered] = [state, input, output].map((value) => JSON.stringify(value));
  return `the model's step must allow what its register.classify (or the like) says, but does not allow ${asked} -> ${answered} in ${held}`;
}
