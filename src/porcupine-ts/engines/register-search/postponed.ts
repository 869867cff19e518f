import { intAt } from "../../at.js";
import { movesOfTop, replaceMoves, type Moves } from "./moves.js";
import {
  advance,
  cameByField,
  endMoveField,
  isCrashedMove,
  movesEnd,
  nextMoveField,
  type Path,
  takenUpField,
  topOf,
} from "./path.js";
import type { Rules } from "./rules.js";
import { settle } from "./settle.js";

/** How many frames to go back before crashed operations are used. */
const distance = 12;
/** Where so many configurations were looked at in vain, they wait no longer: at first, at last. */
export const firstPatience = 2_000;
export const lastPatience = 128_000;

/** Moves by crashed operations that wait: see the rule "crashed ones late". */
export interface Postponed {
  /** By depth: those to take up before the frame there is left. */
  readonly byDepth: Map<number, Waiting[]>;
  readonly patience: number;
  /** How many there are. */
  count: number;
}

interface Waiting {
  /** The moves from the frame at the depth to the one that has the moves. */
  readonly way: Int32Array;
  readonly moves: Int32Array;
}

export function createPostponed(patience: number): Postponed {
  return { byDepth: new Map(), patience, count: 0 };
}

/** About: two arrays and what holds them. */
export function bytesOfPostponed({ count }: Postponed): number {
  return 400 * count;
}

/** Whether all that is left of the top frame's moves are by crashed operations that should wait. */
export function shouldWait(
  { patience }: Postponed,
  path: Path,
  moves: Moves,
  visitedInVain: number,
): boolean {
  if (path.depth === 0 || visitedInVain >= patience) return false;
  const own = topOf(path) + path.configurationLength;
  const next = intAt(path.frames, own + nextMoveField);
  return (
    next < intAt(path.frames, own + endMoveField) &&
    intAt(path.frames, own + takenUpField) === 0 &&
    isCrashedMove(intAt(moves.list, next))
  );
}

/** Takes note of the top frame's moves, which are left out for now. */
export function postpone(postponed: Postponed, path: Path, moves: Moves): void {
  const { byDepth } = postponed;
  const depth = Math.max(0, path.depth - distance);
  const way = new Int32Array(path.depth - depth);
  for (let step = 0; step < way.length; step++) {
    const at = (depth + 1 + step) * path.frameLength + path.configurationLength;
    way[step] = intAt(path.frames, at + cameByField);
  }
  const waiting = { way, moves: movesOfTop(moves, path) };
  const others = byDepth.get(depth);
  postponed.count++;
  if (others) others.push(waiting);
  else byDepth.set(depth, [waiting]);
}

/** Goes back to what waits for the top frame, if there is any. */
export function takeUp(postponed: Postponed, path: Path, moves: Moves, rules: Rules): boolean {
  const { byDepth } = postponed;
  const { depth } = path;
  const waiting = byDepth.get(depth);
  const first = waiting?.shift();
  if (!waiting || !first) return false;
  postponed.count--;
  if (waiting.length === 0) byDepth.delete(depth);
  for (const move of first.way) {
    const end = intAt(path.frames, topOf(path) + path.configurationLength + endMoveField);
    advance(path, move);
    settle(path, rules);
    movesEnd(path, end);
  }
  replaceMoves(moves, path, first.moves);
  path.frames[topOf(path) + path.configurationLength + takenUpField] = 1;
  return true;
}
