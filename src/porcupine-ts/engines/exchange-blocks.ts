import { at, intAt } from "../at.js";
import { noValue, type RegisterPart } from "../parts/register-part.js";
import {
  blocksInTurn,
  earliestReturnOf,
  type History,
  latestCallOf,
  type Stages,
} from "./blocks.js";
import { placeLookers } from "./lookers.js";

/** Blocks in an order that agrees with time, and what it comes to. */
export interface BlockOrder {
  readonly history: History;
  readonly stages: Stages;
  readonly roots: Int32Array;
  readonly order: Int32Array;
}

/** Of two blocks that change places, how far the first is from the one that an operation is stuck in. */
const offsets = [-1, 0, 1, 2] as const;

/** So often in a row may all offsets be tried without getting on. */
const turns = 2;

/**
 * An order of the whole part with what only looks; undefined where none was found, which proves
 * nothing. Where an operation does not fit since the value that it denies is there all the time,
 * two blocks near by change places, if time lets them; then all try again.
 */
export function fitByExchange(part: RegisterPart, start: BlockOrder): Int32Array | undefined {
  let { roots, order } = start;
  let fewestStuck = Infinity;
  let lastProgress = 0;
  for (let round = 0; round - lastProgress < turns * offsets.length; round++) {
    const lookers = placeLookers(part, order);
    if (lookers.outcome === "placed") return lookers.order;
    if (lookers.stuckAt.length < fewestStuck) {
      fewestStuck = lookers.stuckAt.length;
      lastProgress = round;
    }
    roots = exchanged({ ...start, roots, order }, lookers.stuckAt, round);
    order = blocksInTurn(start.history, start.stages, roots);
  }
  return undefined;
}

/** Each block moves once at most, so that what may change places still may when it does. */
function exchanged(
  { history, stages, roots, order }: BlockOrder,
  stuckAt: readonly number[],
  round: number,
): Int32Array {
  const next = roots.slice();
  let place = 0;
  let block = -1;
  let unmoved = 0;
  for (const stuck of stuckAt) {
    for (; place < stuck; place++) if (isRoot(history, intAt(order, place))) block++;
    const first = firstToMove(block, round, (candidate) => {
      if (candidate < unmoved || candidate + 1 >= roots.length) return false;
      return mayChangePlaces(history, stages, [
        intAt(roots, candidate),
        intAt(roots, candidate + 1),
      ]);
    });
    if (first === undefined) continue;
    next[first] = intAt(roots, first + 1);
    next[first + 1] = intAt(roots, first);
    unmoved = first + 2;
  }
  return next;
}

/** Each round begins with another offset. */
function firstToMove(
  block: number,
  round: number,
  mayMove: (first: number) => boolean,
): number | undefined {
  return offsets
    .map((_, turn) => block + at(offsets, (round + turn) % offsets.length))
    .find((first) => mayMove(first));
}

function isRoot({ found, left }: History, number: number): boolean {
  return intAt(found, number) === noValue && intAt(left, number) !== noValue;
}

/** Whether nothing in the first block had returned when something in the second was called. */
function mayChangePlaces(
  history: History,
  stages: Stages,
  [first, second]: readonly [number, number],
): boolean {
  return earliestReturnOf(history, stages, first) > latestCallOf(history, stages, second);
}
