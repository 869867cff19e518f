import { intAt } from "../../at.js";
import { noValue, type RegisterPart } from "../../parts/register-part.js";
import {
  blocksInTurn,
  earliestReturnOf,
  type History,
  latestCallOf,
  type Stages,
} from "./blocks.js";
import { placeLookers, type Stuck } from "./lookers.js";

/** Blocks in an order that agrees with time, and what it comes to. */
export interface BlockOrder {
  readonly history: History;
  readonly stages: Stages;
  readonly roots: Int32Array;
  readonly order: Int32Array;
}

/** So often in a row may blocks move without getting on. */
const patience = 4;

/** How many blocks one may move past. */
const reach = 8;

/**
 * An order of the whole part with what only looks; undefined where none was found, which proves
 * nothing. An operation is stuck where the value that it denies is there from the first place that
 * it may have to the last. Another block is then moved right behind the one with that value, if time
 * lets it pass those in between; and all try again.
 */
export function fitByMoving(part: RegisterPart, start: BlockOrder): Int32Array | undefined {
  let { roots, order } = start;
  let fewestStuck = Infinity;
  let lastProgress = 0;
  for (let round = 0; round - lastProgress < patience; round++) {
    const lookers = placeLookers(part, order);
    if (lookers.outcome === "placed") return lookers.order;
    if (lookers.stuck.length < fewestStuck) {
      fewestStuck = lookers.stuck.length;
      lastProgress = round;
    }
    roots = withMoves({ ...start, roots, order }, lookers.stuck, round);
    order = blocksInTurn(start.history, start.stages, roots);
  }
  return undefined;
}

/** A block that is to stand behind all up to `to` (`from` < `to`), or before all from there on. */
interface Move {
  readonly from: number;
  readonly to: number;
}

/** No two moves have blocks in common, so that what may move still may when it does. */
function withMoves(blocks: BlockOrder, stuck: readonly Stuck[], round: number): Int32Array {
  const { history, roots, order } = blocks;
  const moved = roots.slice();
  let place = 0;
  let block = -1;
  let unmoved = 0;
  for (const { looker, at: stuckAt } of stuck) {
    for (; place < stuckAt; place++) if (isRoot(history, intAt(order, place))) block++;
    const until = intAt(history.returnedAt, looker);
    const range = { block, first: unmoved, until };
    const move =
      round % 2 === 0
        ? (laterToCome(blocks, range) ?? earlierToGo(blocks, range))
        : (earlierToGo(blocks, range) ?? laterToCome(blocks, range));
    if (!move) continue;
    const { from, to } = move;
    if (from < to) moved.copyWithin(from, from + 1, to + 1);
    else moved.copyWithin(to + 1, to, from);
    moved[to] = intAt(roots, from);
    unmoved = Math.max(from, to) + 1;
  }
  return moved;
}

function isRoot({ found, left }: History, number: number): boolean {
  return intAt(found, number) === noValue && intAt(left, number) !== noValue;
}

interface Range {
  readonly block: number;
  /** Blocks before this have moved already. */
  readonly first: number;
  /** What is to help must be called before. */
  readonly until: number;
}

/** A block further behind that may come right behind `block`. */
function laterToCome(blocks: BlockOrder, { block, first, until }: Range): Move | undefined {
  const { history, stages, roots } = blocks;
  const to = block + 1;
  if (to < first) return undefined;
  for (let from = to + 1; from <= block + reach && from < roots.length; from++) {
    const root = intAt(roots, from);
    if (intAt(history.calledAt, root) > until) continue;
    const latestCall = latestCallOf(history, stages, root);
    let between = to;
    while (
      between < from &&
      earliestReturnOf(history, stages, intAt(roots, between)) > latestCall
    ) {
      between++;
    }
    if (between === from) return { from, to };
  }
  return undefined;
}

/** A block before `block` that may go right behind it. */
function earlierToGo(blocks: BlockOrder, { block, first }: Range): Move | undefined {
  const { history, stages, roots } = blocks;
  for (let from = block - 1; from >= first && from >= block - reach; from--) {
    const earliestReturn = earliestReturnOf(history, stages, intAt(roots, from));
    let passed = from + 1;
    while (
      passed <= block &&
      latestCallOf(history, stages, intAt(roots, passed)) < earliestReturn
    ) {
      passed++;
    }
    if (passed > block) return { from, to: block };
  }
  return undefined;
}
