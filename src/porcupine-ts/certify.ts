import { intAt } from "./at.js";
import { illegal, type Model } from "./model.js";
import type { Recorded } from "./parts/recorded.js";
import { never, type Timeline } from "./parts/timeline.js";

/** An order that an engine gave for part number `its`. */
export interface Claim {
  readonly its: number;
  readonly part: { readonly timeline: Timeline; readonly indexes: Int32Array };
  readonly order: Int32Array;
}

/**
 * Looks at orders as somebody would who trusts no engine: every operation that returned is placed
 * once and no other twice, nothing is placed behind what was called after its return, and the model
 * allows each step. Throws where that is not so: either an engine is wrong or the model contradicts
 * itself, and no verdict can be had.
 */
export function certify<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  claims: readonly Claim[],
): void {
  for (const { part, order } of claims) {
    assertComplete(part.timeline, order);
    assertInTime(part.timeline, order);
  }
  assertLegal(model, recorded, claims);
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

/**
 * Replays all orders side by side, about in the order of the history: operations lie in memory in
 * that order, and to replay part by part would jump to and fro in it.
 */
function assertLegal<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, part, names, inputs, outputs }: Recorded<Input, Output>,
  claims: readonly Claim[],
): void {
  const states = names.map(() => model.init());
  const claimOf = new Int32Array(names.length).fill(-1);
  for (const [number, { its }] of claims.entries()) claimOf[its] = number;
  const placed = new Int32Array(names.length);
  for (let turn = 0; turn < count; turn++) {
    const its = intAt(part, turn);
    const claim = claims[intAt(claimOf, its)];
    const place = intAt(placed, its);
    if (!claim || place === claim.order.length) continue;
    placed[its] = place + 1;
    const index = intAt(claim.part.indexes, intAt(claim.order, place));
    // The columns are as long as the history, the states as many as the parts.
    const state = states[its] as State;
    const input = inputs[index] as Input;
    const output = outputs[index];
    const after = model.step(state, input, output);
    if (after === illegal) throw new Error(contradiction(state, input, output));
    states[its] = after;
  }
}

function contradiction(state: unknown, input: unknown, output: unknown): string {
  const [held, asked, answered] = [state, input, output].map((value) => JSON.stringify(value));
  return `the model's step must allow what its register.classify (or the like) says, but does not allow ${asked} -> ${answered} in ${held}`;
}
