import { at, intAt } from "./at.js";
import { illegal, type Model, type Operation } from "./model.js";
import { type Replayed, replay } from "./replay.js";
import { orderByZones, type RegisterHistory, rightAfter, rightBefore } from "./zones.js";

/** How far an order of a history that has none can be had. */
export interface Farthest<State> extends Replayed<State> {
  /** The rank of the first return that no order accounts for. */
  readonly layer: number;
  /** What was open there and is not placed: positions in the list, by return. None is possible. */
  readonly stuck: readonly number[];
}

/**
 * Looks for the first return that no order accounts for, in halves: what begins a history that has
 * an order has one too. Zones decide each beginning, since none has more producers of a needed
 * value than the whole. `byReturn` are the operations that returned, in that order.
 */
export function farthestByZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { history, byReturn }: { readonly history: RegisterHistory; readonly byReturn: Int32Array },
): Farthest<State> {
  const layer = firstFailure(history, byReturn);
  const failure = intAt(byReturn, layer);
  const before = orderByZones(history, rightBefore(history, failure));
  if (before.outcome !== "valid") {
    throw new Error("a beginning without its last return must have an order, but has none");
  }
  const isPlaced = new Set(before.order);
  const open = byReturn
    .subarray(layer)
    .filter(
      (position) =>
        intAt(history.calledAt, position) < intAt(history.returnedAt, failure) &&
        !isPlaced.has(position),
    );
  return { layer, ...goOn(model, operations, replay(model, operations, before.order), [...open]) };
}

/** The rank of the earliest return such that the beginning up to it has no order. */
function firstFailure(history: RegisterHistory, byReturn: Int32Array): number {
  let valid = -1;
  let invalid = byReturn.length - 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const end = rightAfter(history, intAt(byReturn, middle));
    if (orderByZones(history, end).outcome === "valid") valid = middle;
    else invalid = middle;
  }
  return invalid;
}

/** Places what is still possible of `open`, first what only looks, then what returns first. */
function goOn<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  from: Replayed<State>,
  open: readonly number[],
): Replayed<State> & { readonly stuck: readonly number[] } {
  const isReadOnly = (position: number) => {
    const { input, output } = at(operations, position);
    return model.readOnly?.(input, output) === true;
  };
  const path = [...from.path];
  let { state } = from;
  let stuck = open;
  const after = (position: number) => {
    const { input, output } = at(operations, position);
    return model.step(state, input, output);
  };
  for (;;) {
    const possible = stuck.filter((position) => after(position) !== illegal);
    const next = possible.find(isReadOnly) ?? possible[0];
    const following = next === undefined ? illegal : after(next);
    if (next === undefined || following === illegal) return { path, state, stuck };
    state = following;
    path.push({ operation: next, state });
    stuck = stuck.filter((position) => position !== next);
  }
}
