import { at, intAt, withRoom } from "./at.js";
import {
  addDeadEnd,
  bytesOf,
  type Configuration,
  createDeadEnds,
  type DeadEnds,
  isDeadEnd,
} from "./dead-ends.js";
import type { Operation } from "./model.js";
import { noState, type States } from "./states.js";
import type { Timeline } from "./timeline.js";
import { createUsages, nothingUsed, timesUsed, type Usages, withOneMore } from "./usages.js";

/**
 * The search for an order: Wing and Gong's, with Lowe's memory of configurations that failed.
 *
 * It places one operation after another. An operation may come next while it is *open*: called
 * before the first return of an operation not yet placed. The rank of that operation is the
 * *layer*. Everything of lower rank is placed, everything called after that return is not, and
 * operations open at one moment have different slots, so (layer, one bit a slot) says exactly which
 * certain operations are placed: there is no need for a bit for every operation of the history.
 *
 * Rules that spare work, none of which changes the answer:
 * - Eager reads: an open operation that never changes the state and is legal now is placed now, and
 *   nothing else is tried. Any order found without that can be mended by moving it here.
 * - Unknown operations come last, as classes (usages.ts), only where they change the state, and
 *   only right before an operation that needs them (`couldComeLater`).
 * - Dead ends are remembered (dead-ends.ts).
 */
export interface Search<State, Input, Output> {
  readonly problem: Problem<State, Input, Output>;
  readonly goal: Progress;
  readonly words: number;
  /** A stack of frames, one for each operation placed and one on top: see the fields below. */
  frames: Int32Array;
  depth: number;
  /** Ranks that may come next, for all frames of the stack. */
  candidates: Int32Array;
  /** Certain operations not yet placed, as a ring in call order; `size` is its seam. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly deadEnds: DeadEnds;
  readonly usages: Usages;
  /** The farthest that it ever came. */
  best: Progress;
  /** How many configurations it has looked at. */
  visited: number;
}

export interface Problem<State, Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  readonly timeline: Timeline;
  readonly states: States<State, Input, Output>;
}

/** First by layer, which says how much of the history is accounted for, then by what is placed. */
export interface Progress {
  readonly layer: number;
  /** How many certain operations are placed. */
  readonly placed: number;
}

/** "found": the goal was reached. "impossible": it cannot be. "open": not decided yet. */
export type SearchOutcome = "found" | "impossible" | "open";

// A frame's fields. A move is a rank, or ~class for an unknown operation of that class.
const layerField = 0;
const placedField = 1;
const stateField = 2;
const usageField = 3;
const moveField = 4;
const firstCandidateField = 5;
const nextCandidateField = 6;
const endCandidateField = 7;
const nextClassField = 8;
const maskField = 9;

const noMove = -0x80000000;

/** Without a goal it looks for an order of everything. */
export function createSearch<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  goal: Progress = { layer: problem.timeline.size, placed: problem.timeline.size },
): Search<State, Input, Output> {
  const { timeline, states } = problem;
  const words = Math.ceil(timeline.slots / 32);
  const search: Search<State, Input, Output> = {
    problem,
    goal,
    words,
    frames: new Int32Array(16 * (maskField + words)),
    depth: 0,
    candidates: new Int32Array(64),
    ...ringInCallOrder(timeline),
    deadEnds: createDeadEnds(words),
    usages: createUsages(),
    best: { layer: 0, placed: 0 },
    visited: 0,
  };
  search.frames[stateField] = states.initial;
  search.frames[usageField] = nothingUsed;
  openFrame(search);
  return search;
}

/** Goes on for at most `steps` moves and returns. Call it again while the outcome is "open". */
export function run<State, Input, Output>(
  search: Search<State, Input, Output>,
  steps: number,
): SearchOutcome {
  for (let left = steps; left > 0; left--) {
    if (isAtGoal(search)) return "found";
    const move = nextMove(search);
    if (move !== noMove) {
      tryMove(search, move);
    } else if (search.depth > 0) {
      addDeadEnd(search.deadEnds, configuration(search, search.depth));
      retreat(search);
    } else {
      return "impossible";
    }
  }
  return "open";
}

/** What was placed, in order: positions in the list of operations, and the state after each. */
export function path<State, Input, Output>(
  search: Search<State, Input, Output>,
): { readonly operation: number; readonly state: State }[] {
  const { timeline, states } = search.problem;
  const steps = [];
  for (let depth = 0; depth < search.depth; depth++) {
    const move = field(search, depth, moveField);
    const operation =
      move >= 0
        ? intAt(timeline.source, move)
        : memberUsed(search, field(search, depth, usageField), ~move);
    steps.push({ operation, state: states.value(field(search, depth + 1, stateField)) });
  }
  return steps;
}

/** Certain operations that may come next but for the state: positions in the list, by return. */
export function openOperations<State, Input, Output>(
  search: Search<State, Input, Output>,
): number[] {
  const ranks: number[] = [];
  forEachOpen(search, (rank) => {
    ranks.push(rank);
    return true;
  });
  return ranks.sort((a, b) => a - b).map((rank) => intAt(search.problem.timeline.source, rank));
}

/** The state that the search is in. */
export function currentState<State, Input, Output>(search: Search<State, Input, Output>): State {
  return search.problem.states.value(field(search, search.depth, stateField));
}

/** Rough, for the memory bound. */
export function bytesUsed<State, Input, Output>(search: Search<State, Input, Output>): number {
  return (
    bytesOf(search.deadEnds) +
    search.usages.bytes +
    search.problem.states.bytes() +
    4 * (search.frames.length + search.candidates.length)
  );
}

function ringInCallOrder({ size, callOrder }: Timeline): {
  next: Int32Array;
  previous: Int32Array;
} {
  const next = new Int32Array(size + 1);
  const previous = new Int32Array(size + 1);
  let last = size;
  for (const rank of callOrder) {
    next[last] = rank;
    previous[rank] = last;
    last = rank;
  }
  next[last] = size;
  previous[size] = last;
  return { next, previous };
}

/** Most of the search is about numbers alone and does not care what they stand for. */
type AnySearch = Search<unknown, unknown, unknown>;

function isAtGoal(search: AnySearch): boolean {
  const { goal, depth } = search;
  return (
    field(search, depth, layerField) === goal.layer &&
    field(search, depth, placedField) === goal.placed
  );
}

/** The next thing to try from the top frame: certain operations first, then unknown ones. */
function nextMove(search: AnySearch): number {
  const { depth } = search;
  const candidate = field(search, depth, nextCandidateField);
  if (candidate < field(search, depth, endCandidateField)) {
    setField(search, depth, nextCandidateField, candidate + 1);
    return intAt(search.candidates, candidate);
  }
  return nextUnknown(search);
}

function nextUnknown(search: AnySearch): number {
  const { depth, usages } = search;
  const { unknowns, returnedAt } = search.problem.timeline;
  const first = field(search, depth, nextClassField);
  if (first >= unknowns.length) return noMove;
  const bound = intAt(returnedAt, field(search, depth, layerField));
  const usage = field(search, depth, usageField);
  for (let number = first; number < unknowns.length; number++) {
    const { calledAt } = at(unknowns, number);
    // Classes are in the order of their first calls: none after this one was called either.
    if (at(calledAt, 0) > bound) break;
    const used = timesUsed(usages, usage, number);
    if (used >= calledAt.length || at(calledAt, used) > bound) continue;
    setField(search, depth, nextClassField, number + 1);
    return ~number;
  }
  setField(search, depth, nextClassField, unknowns.length);
  return noMove;
}

/** Places the operation if it is legal, of use, and leads to no known dead end. */
function tryMove(search: AnySearch, move: number): void {
  const { depth } = search;
  const before = field(search, depth, stateField);
  const after = stateAfter(search, before, move);
  if (after === noState) return;
  // An unknown operation that changes nothing may as well be left out.
  if (move < 0 && after === before) return;
  if (couldComeLater(search, move, after)) return;
  writeNextFrame(search, move, after);
  if (isDeadEnd(search.deadEnds, search.usages, configuration(search, depth + 1))) return;
  setField(search, depth, moveField, move);
  if (move >= 0) lift(search, move);
  search.depth++;
  openFrame(search);
}

/**
 * Whether the unknown operation placed last was placed too early, given that `move` is to follow it
 * and leads to state `after`. Say the unknown one led from state s to s'. If `move` is legal in s
 * and leads to `after` too, the unknown one is not needed; if the unknown one leads from there to
 * `after`, it can just as well come later. Both were, or will be, tried from s: certain operations
 * are tried before unknown ones and unknown ones in the order of their classes, so that what is
 * passed over here was found to lead nowhere already. Thus unknown operations only ever come right
 * before one that needs them, which keeps histories with many of them within reach.
 */
function couldComeLater(search: AnySearch, move: number, after: number): boolean {
  if (search.depth === 0) return false;
  const placedLast = field(search, search.depth - 1, moveField);
  if (placedLast >= 0) return false;
  const wasTriedBefore = move >= 0 || ~move < ~placedLast;
  if (!wasTriedBefore) return false;
  const without = stateAfter(search, field(search, search.depth - 1, stateField), move);
  if (without === noState) return false;
  return without === after || stateAfter(search, without, placedLast) === after;
}

function stateAfter(search: AnySearch, state: number, move: number): number {
  const { operations, timeline, states } = search.problem;
  const position =
    move >= 0 ? intAt(timeline.source, move) : at(at(timeline.unknowns, ~move).operations, 0);
  return states.stepTo(state, at(operations, position));
}

/** Writes the configuration that `move` leads to above the top frame, without going there. */
function writeNextFrame(search: AnySearch, move: number, state: number): void {
  const { depth, words } = search;
  search.frames = withRoom(search.frames, frameAt(search, depth + 2));
  const { frames } = search;
  const from = frameAt(search, depth);
  const to = frameAt(search, depth + 1);
  frames.copyWithin(to + maskField, from + maskField, from + maskField + words);
  const usage = intAt(frames, from + usageField);
  frames[to + stateField] = state;
  frames[to + usageField] = move >= 0 ? usage : withOneMore(search.usages, usage, ~move);
  frames[to + placedField] = intAt(frames, from + placedField) + (move >= 0 ? 1 : 0);
  frames[to + layerField] =
    move >= 0
      ? layerAfter(search, to + maskField, intAt(frames, from + layerField), move)
      : intAt(frames, from + layerField);
}

/**
 * The layer once `rank` is placed; keeps the mask at `maskAt` up to date. An operation beyond the
 * layer gets its slot's bit; as the layer passes it, the bit is cleared again and the slot is free.
 */
function layerAfter(search: AnySearch, maskAt: number, layer: number, rank: number): number {
  const { frames } = search;
  const { slot, size } = search.problem.timeline;
  if (rank !== layer) {
    toggle(frames, maskAt, intAt(slot, rank));
    return layer;
  }
  let passed = layer + 1;
  while (passed < size && isSet(frames, maskAt, intAt(slot, passed))) {
    toggle(frames, maskAt, intAt(slot, passed));
    passed++;
  }
  return passed;
}

function toggle(frames: Int32Array, maskAt: number, bit: number): void {
  const word = maskAt + (bit >> 5);
  frames[word] = intAt(frames, word) ^ (1 << (bit & 31));
}

function isSet(frames: Int32Array, maskAt: number, bit: number): boolean {
  return (intAt(frames, maskAt + (bit >> 5)) & (1 << (bit & 31))) !== 0;
}

/** Takes stock on the new top frame: what may come next, and whether it is the best so far. */
function openFrame(search: AnySearch): void {
  const { depth } = search;
  search.visited++;
  const layer = field(search, depth, layerField);
  const placed = field(search, depth, placedField);
  const { best } = search;
  if (layer > best.layer || (layer === best.layer && placed > best.placed)) {
    search.best = { layer, placed };
  }
  const first = depth === 0 ? 0 : field(search, depth - 1, endCandidateField);
  setField(search, depth, firstCandidateField, first);
  setField(search, depth, nextCandidateField, first);
  setField(search, depth, endCandidateField, first);
  setField(search, depth, nextClassField, 0);
  gatherCandidates(search, first);
}

function gatherCandidates(search: AnySearch, first: number): void {
  const { depth } = search;
  const { timeline } = search.problem;
  const state = field(search, depth, stateField);
  forEachOpen(search, (rank) => {
    if (timeline.readOnly[rank] !== 1) {
      insertCandidate(search, rank);
      return true;
    }
    if (stateAfter(search, state, rank) === noState) return true;
    // An eager read: it alone, and no unknown operation either.
    search.candidates = withRoom(search.candidates, first + 1);
    search.candidates[first] = rank;
    setField(search, depth, endCandidateField, first + 1);
    setField(search, depth, nextClassField, timeline.unknowns.length);
    return false;
  });
}

/** Those that must return first are tried first: that finds valid orders with little going back. */
function insertCandidate(search: AnySearch, rank: number): void {
  const { depth } = search;
  const first = field(search, depth, firstCandidateField);
  const end = field(search, depth, endCandidateField);
  search.candidates = withRoom(search.candidates, end + 1);
  const { candidates } = search;
  let place = end;
  while (place > first && intAt(candidates, place - 1) > rank) {
    candidates[place] = intAt(candidates, place - 1);
    place--;
  }
  candidates[place] = rank;
  setField(search, depth, endCandidateField, end + 1);
}

/** Calls `visit` with the rank of each open operation in call order, until it returns false. */
function forEachOpen(search: AnySearch, visit: (rank: number) => boolean): void {
  const { size, calledAt, returnedAt } = search.problem.timeline;
  const layer = field(search, search.depth, layerField);
  if (layer === size) return;
  const bound = intAt(returnedAt, layer);
  let rank = intAt(search.next, size);
  while (rank !== size && intAt(calledAt, rank) < bound) {
    if (!visit(rank)) return;
    rank = intAt(search.next, rank);
  }
}

function retreat(search: AnySearch): void {
  search.depth--;
  const move = field(search, search.depth, moveField);
  if (move >= 0) unlift(search, move);
}

/** Takes an operation out of the ring. It keeps its own links, by which `unlift` finds its place. */
function lift({ next, previous }: AnySearch, rank: number): void {
  next[intAt(previous, rank)] = intAt(next, rank);
  previous[intAt(next, rank)] = intAt(previous, rank);
}

function unlift({ next, previous }: AnySearch, rank: number): void {
  next[intAt(previous, rank)] = rank;
  previous[intAt(next, rank)] = rank;
}

/** The member of a class that is used next, as a position in the list of operations. */
function memberUsed(search: AnySearch, usage: number, unknownClass: number): number {
  const { operations } = at(search.problem.timeline.unknowns, unknownClass);
  return at(operations, timesUsed(search.usages, usage, unknownClass));
}

function configuration(search: AnySearch, depth: number): Configuration {
  const { frames } = search;
  const start = frameAt(search, depth);
  return {
    layer: intAt(frames, start + layerField),
    state: intAt(frames, start + stateField),
    usage: intAt(frames, start + usageField),
    masks: frames,
    maskAt: start + maskField,
  };
}

function frameAt({ words }: AnySearch, depth: number): number {
  return depth * (maskField + words);
}

function field(search: AnySearch, depth: number, name: number): number {
  return intAt(search.frames, frameAt(search, depth) + name);
}

function setField(search: AnySearch, depth: number, name: number, value: number): void {
  search.frames[frameAt(search, depth) + name] = value;
}
