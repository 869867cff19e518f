import { intAt, withRoom } from "../../at.js";
import type { Crashed } from "./crashed.js";
import { configurationLength, coverField, heldField, layerField, masksField } from "./known.js";
import { type Returned, writeKind } from "./returned.js";

/** What the search works on: numbers that never change. */
export interface Problem {
  readonly returned: Returned;
  readonly crashed: Crashed;
  /** By rank, see worth-showing.ts. */
  readonly isWorthShowing: Uint8Array;
  /** How many values there are. */
  readonly values: number;
}

/**
 * What was placed so far: a stack of frames, one for each move and one at the bottom. A frame is a
 * configuration (known.ts) and the fields below; the configuration is the one after all that needs
 * no decision (settle.ts).
 */
export interface Path {
  readonly problem: Problem;
  /** Crashed classes whose uses are counted; the others are taken to be without limit. */
  readonly counted: Int32Array;
  /** By class: where it is counted, or -1. */
  readonly countedAt: Int32Array;
  readonly frameLength: number;
  readonly configurationLength: number;
  frames: Int32Array;
  depth: number;
  /** What was placed, frame by frame: ranks, and ~rank of what was hidden. */
  readonly trail: Int32Array;
  trailLength: number;
  /** What returned and is not placed, by rank, as a ring in call order; `size` is its seam. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** By class: how often it is used on the path. */
  readonly used: Int32Array;
  /** How many of these uses find no member left that was called. */
  overdrawn: number;
}

// A frame's fields after its configuration.
export const cameByField = 0;
export const trailField = 1;
export const nextMoveField = 2;
export const endMoveField = 3;
/** 1 where what was postponed is being tried: postponed.ts. */
export const takenUpField = 4;
const ownFields = 5;

/** A move is the rank of what is placed, or `hideDue`, or a crashed class: `moveOf`, `classOf`. */
export const hideDue = -1;
const firstCrashedMove = -2;
export const noMove = -0x80000000;
export const moveOf = (crashedClass: number) => firstCrashedMove - crashedClass;
export const classOf = (move: number) => firstCrashedMove - move;
export const isCrashedMove = (move: number) => move <= firstCrashedMove;

export function createPath(problem: Problem, counted: Int32Array): Path {
  const { returned, crashed } = problem;
  const length = configurationLength(returned.words, counted.length);
  const countedAt = new Int32Array(crashed.classes).fill(-1);
  counted.forEach((its, place) => (countedAt[its] = place));
  return {
    problem,
    counted,
    countedAt,
    frameLength: length + ownFields,
    configurationLength: length,
    frames: new Int32Array(64 * (length + ownFields)),
    depth: 0,
    trail: new Int32Array(returned.size),
    trailLength: 0,
    ...ringInCallOrder(returned),
    used: new Int32Array(crashed.classes),
    overdrawn: 0,
  };
}

/** Makes the bottom frame anew: nothing is placed, nothing settled. */
export function beginAt(
  path: Path,
  start: { readonly held: number; readonly cover: number },
): void {
  const { frames } = path;
  takeBack(path, 0);
  frames.fill(0, 0, path.frameLength);
  frames[heldField] = start.held;
  frames[coverField] = start.cover;
  frames[path.configurationLength + cameByField] = noMove;
}

/** No moves for the top frame, whose moves begin at `first`. */
export function movesEnd(path: Path, first: number): void {
  const own = topOf(path) + path.configurationLength;
  path.frames[own + nextMoveField] = first;
  path.frames[own + endMoveField] = first;
}

/** Where the top frame begins. */
export function topOf(path: Path): number {
  return path.depth * path.frameLength;
}

/** Puts a frame on top in which `move` was made, and nothing settled. */
export function advance(path: Path, move: number): void {
  const from = topOf(path);
  const to = from + path.frameLength;
  path.frames = withRoom(path.frames, to + path.frameLength);
  const { frames } = path;
  frames.copyWithin(to, from, from + path.configurationLength);
  const own = to + path.configurationLength;
  frames[own + cameByField] = move;
  frames[own + trailField] = path.trailLength;
  frames[own + takenUpField] = 0;
  path.depth++;
  if (move >= 0) makeChange(path, to, move);
  else if (move === hideDue) hide(path, to);
  else useCrashed(path, to, classOf(move));
}

/** Takes the top frame away. */
export function retreat(path: Path): void {
  const { frames } = path;
  const own = topOf(path) + path.configurationLength;
  const move = intAt(frames, own + cameByField);
  takeBack(path, intAt(frames, own + trailField));
  path.depth--;
  if (move < hideDue) unuseCrashed(path, classOf(move));
}

function takeBack(path: Path, trailLength: number): void {
  while (path.trailLength > trailLength) {
    const entry = intAt(path.trail, --path.trailLength);
    putBack(path, entry < 0 ? ~entry : entry);
  }
}

/** Places an operation in the frame at `at`, but for its effect. */
export function place(path: Path, at: number, rank: number): void {
  const { maskWord, maskBit } = path.problem.returned;
  const word = at + masksField + intAt(maskWord, rank);
  path.frames[word] = intAt(path.frames, word) | intAt(maskBit, rank);
  path.trail[path.trailLength++] = rank;
  takeOut(path, rank);
}

/** Whether the operation, which returns at the layer or later and is open, is placed. */
export function isPlaced(path: Path, at: number, rank: number): boolean {
  const { maskWord, maskBit } = path.problem.returned;
  return (intAt(path.frames, at + masksField + intAt(maskWord, rank)) & intAt(maskBit, rank)) !== 0;
}

/** Hides the due operation, a write, and goes on to the next layer. */
export function hide(path: Path, at: number): void {
  const layer = intAt(path.frames, at + layerField);
  path.trail[path.trailLength++] = ~layer;
  takeOut(path, layer);
  path.frames[at + layerField] = layer + 1;
}

/** Whether the next use of the class finds a member that was called. */
export function isInSupply({ problem, used }: Path, its: number, bound: number): boolean {
  const { start, calledAt } = problem.crashed;
  const member = intAt(start, its) + intAt(used, its);
  return member < intAt(start, its + 1) && intAt(calledAt, member) < bound;
}

function makeChange(path: Path, at: number, rank: number): void {
  const { kind, left, returnedAt } = path.problem.returned;
  place(path, at, rank);
  const its = intAt(kind, rank);
  if (its < writeKind) return;
  path.frames[at + heldField] = intAt(left, rank);
  if (its !== writeKind) return;
  path.frames[at + coverField] = intAt(returnedAt, intAt(path.frames, at + layerField));
}

function useCrashed(path: Path, at: number, its: number): void {
  const { crashed, returned } = path.problem;
  const bound = intAt(returned.returnedAt, intAt(path.frames, at + layerField));
  if (!isInSupply(path, its, bound)) path.overdrawn++;
  const used = intAt(path.used, its) + 1;
  path.used[its] = used;
  path.frames[at + heldField] = intAt(crashed.left, its);
  if (intAt(crashed.found, its) < 0) path.frames[at + coverField] = bound;
  const place = intAt(path.countedAt, its);
  if (place >= 0) path.frames[at + masksField + 3 * returned.words + place] = used;
}

function unuseCrashed(path: Path, its: number): void {
  path.used[its] = intAt(path.used, its) - 1;
  const layer = intAt(path.frames, topOf(path) + layerField);
  if (!isInSupply(path, its, intAt(path.problem.returned.returnedAt, layer))) path.overdrawn--;
}

function ringInCallOrder({ size, inCallOrder }: Returned) {
  const next = new Int32Array(size + 1);
  const previous = new Int32Array(size + 1);
  let last = size;
  for (const rank of inCallOrder) {
    next[last] = rank;
    previous[rank] = last;
    last = rank;
  }
  next[last] = size;
  previous[size] = last;
  return { next, previous };
}

/** It keeps its own links, by which `putBack` finds its place. */
function takeOut({ next, previous }: Path, rank: number): void {
  const before = intAt(previous, rank);
  const after = intAt(next, rank);
  next[before] = after;
  previous[after] = before;
}

function putBack({ next, previous }: Path, rank: number): void {
  next[intAt(previous, rank)] = rank;
  previous[intAt(next, rank)] = rank;
}

/** Classes that the path uses more often than members were called. */
export function overdrawnClasses(path: Path): number[] {
  const { returned, crashed } = path.problem;
  const { frames, frameLength, configurationLength } = path;
  const used = new Int32Array(crashed.classes);
  const overdrawn = new Set<number>();
  for (let depth = 1; depth <= path.depth; depth++) {
    const at = depth * frameLength;
    const move = intAt(frames, at + configurationLength + cameByField);
    if (move >= hideDue) continue;
    const its = classOf(move);
    const use = intAt(crashed.start, its) + intAt(used, its);
    used[its] = intAt(used, its) + 1;
    const bound = intAt(returned.returnedAt, intAt(frames, at - frameLength + layerField));
    if (use >= intAt(crashed.start, its + 1) || intAt(crashed.calledAt, use) >= bound) {
      overdrawn.add(its);
    }
  }
  return [...overdrawn];
}

export function bytesOfPath({ frames, trail, next, used }: Path): number {
  return 4 * (frames.length + trail.length + 2 * next.length + 2 * used.length);
}
