import { intAt, withRoom } from "../../at.js";
import { noClass } from "./crashed.js";
import { heldField, layerField } from "./known.js";
import {
  endMoveField,
  hideDue,
  isInSupply,
  moveOf,
  movesEnd,
  nextMoveField,
  type Path,
  type Problem,
  topOf,
} from "./path.js";
import { differsKind, readKind, swapKind, writeKind } from "./returned.js";
import type { Rules } from "./rules.js";
import { isCovered } from "./settle.js";

// What a move's key begins at, in sizes of the history: within, what returns first is tried first.
const unasked = 1;
const afterReturned = 1.5;
const crashedInSupply = 2;
const overdrawing = 4;

/** Moves for all frames of the path, and room to think about those of the top one. */
export interface Moves {
  list: Int32Array;
  /** What comes first is tried first; the lower, the sooner. */
  keys: Int32Array;
  /** Stands in the arrays below where they speak of the present frame. */
  turn: number;
  /** By value: `turn` if something open asks for it, and the first return of what does. */
  readonly askedIn: Int32Array;
  readonly askedBy: Int32Array;
  readonly asked: Int32Array;
  askedCount: number;
  /** By value: `turn` if an open write leaves it, and the one that returns first. */
  readonly writtenIn: Int32Array;
  readonly writer: Int32Array;
  /** By value: `turn` if an open swap leads to it from what is held; the one that returns first. */
  readonly swappedIn: Int32Array;
  readonly swapper: Int32Array;
  /** By value: `turn` if some open swap leaves it. */
  readonly leftBySwapIn: Int32Array;
  /** Ranks of open operations that may be moves. */
  open: Int32Array;
  openCount: number;
  /** Whether something open saw that the register differs from what is held. */
  differs: boolean;
}

export function createMoves({ values }: Problem): Moves {
  const byValue = () => new Int32Array(values);
  return {
    list: new Int32Array(256),
    keys: new Int32Array(256),
    turn: 0,
    askedIn: byValue(),
    askedBy: byValue(),
    asked: byValue(),
    askedCount: 0,
    writtenIn: byValue(),
    writer: byValue(),
    swappedIn: byValue(),
    swapper: byValue(),
    leftBySwapIn: byValue(),
    open: new Int32Array(64),
    openCount: 0,
    differs: false,
  };
}

export function bytesOfMoves(moves: Moves): number {
  return 4 * (2 * moves.list.length + 8 * moves.askedIn.length + moves.open.length);
}

/** Lists what may be done in the top frame, the most promising first. */
export function gatherMoves(moves: Moves, path: Path, rules: Rules): void {
  const { frames, depth, frameLength, configurationLength } = path;
  const own = topOf(path) + configurationLength;
  const first = depth === 0 ? 0 : intAt(frames, own - frameLength + endMoveField);
  movesEnd(path, first);
  noteOpen(moves, path, rules);
  noteAskedThroughCrashed(moves, path);
  if (rules["nothing to wait for"] && isHopeless(moves, path)) return;
  addOpen(moves, path, rules);
  addCrashed(moves, path, rules);
  addHiding(moves, path);
}

/** A due write is hidden rather than shown, unless something open asks for its value. */
function addHiding(moves: Moves, path: Path): void {
  const { size, left } = path.problem.returned;
  const at = topOf(path);
  const due = intAt(path.frames, at + layerField);
  if (!isCovered(path, at, due)) return;
  const isAsked = moves.askedIn[intAt(left, due)] === moves.turn;
  add(moves, path, hideDue, isAsked ? afterReturned * size : -1);
}

/** What is left to be tried from the top frame. */
export function movesOfTop({ list }: Moves, path: Path): Int32Array {
  const own = topOf(path) + path.configurationLength;
  const next = intAt(path.frames, own + nextMoveField);
  return list.slice(next, intAt(path.frames, own + endMoveField));
}

/** Gives these moves to the top frame, which has none. */
export function replaceMoves(moves: Moves, path: Path, list: Int32Array): void {
  list.forEach((move, place) => {
    add(moves, path, move, place);
  });
}

/** One pass over what is open: what asks, what writes, what swaps. */
function noteOpen(moves: Moves, path: Path, rules: Rules): void {
  const { size, kind, found, left, calledAt, returnedAt } = path.problem.returned;
  const at = topOf(path);
  const held = intAt(path.frames, at + heldField);
  const bound = intAt(returnedAt, intAt(path.frames, at + layerField));
  moves.turn++;
  moves.askedCount = 0;
  moves.openCount = 0;
  moves.differs = false;
  let rank = intAt(path.next, size);
  while (rank !== size && intAt(calledAt, rank) < bound) {
    const its = intAt(kind, rank);
    switch (its) {
      case readKind:
        ask(moves, intAt(found, rank), rank);
        if (!rules["eager looking"] && intAt(found, rank) === held) noteMove(moves, rank);
        break;
      case differsKind:
        if (intAt(found, rank) === held) moves.differs = true;
        else if (!rules["eager looking"]) noteMove(moves, rank);
        break;
      case writeKind:
        noteFirst(moves, moves.writtenIn, moves.writer, intAt(left, rank), rank);
        noteMove(moves, rank);
        break;
      default:
        ask(moves, intAt(found, rank), rank);
        moves.leftBySwapIn[intAt(left, rank)] = moves.turn;
        if (intAt(found, rank) !== held) break;
        noteFirst(moves, moves.swappedIn, moves.swapper, intAt(left, rank), rank);
        noteMove(moves, rank);
    }
    rank = intAt(path.next, rank);
  }
}

function ask(moves: Moves, value: number, rank: number): void {
  if (moves.askedIn[value] === moves.turn) {
    if (rank < intAt(moves.askedBy, value)) moves.askedBy[value] = rank;
    return;
  }
  moves.askedIn[value] = moves.turn;
  moves.askedBy[value] = rank;
  moves.asked[moves.askedCount++] = value;
}

function noteMove(moves: Moves, rank: number): void {
  if (moves.openCount === moves.open.length) {
    moves.open = withRoom(moves.open, moves.openCount + 1);
  }
  moves.open[moves.openCount++] = rank;
}

function noteFirst(
  { turn }: Moves,
  seenIn: Int32Array,
  first: Int32Array,
  value: number,
  rank: number,
): void {
  if (seenIn[value] === turn && intAt(first, value) < rank) return;
  seenIn[value] = turn;
  first[value] = rank;
}

/** Who asks for what a crashed swap leaves asks for what it finds: the rule "writes on demand". */
function noteAskedThroughCrashed(moves: Moves, path: Path): void {
  const { crashed, returned } = path.problem;
  if (crashed.classes === 0) return;
  const at = topOf(path);
  const held = intAt(path.frames, at + heldField);
  const layer = intAt(path.frames, at + layerField);
  const bound = intAt(returned.returnedAt, layer);
  if (moves.differs) {
    let its = intAt(crashed.firstFinding, held);
    while (its !== noClass && !canBeUsed(path, its, bound)) its = intAt(crashed.nextFinding, its);
    if (its !== noClass) ask(moves, held, layer);
  }
  for (let place = 0; place < moves.askedCount; place++) {
    const value = intAt(moves.asked, place);
    let its = intAt(crashed.firstLeaving, value);
    while (its !== noClass) {
      const found = intAt(crashed.found, its);
      if (moves.askedIn[found] !== moves.turn && canBeUsed(path, its, bound)) {
        ask(moves, found, intAt(moves.askedBy, value));
      }
      its = intAt(crashed.nextLeaving, its);
    }
  }
}

function canBeUsed(path: Path, its: number, bound: number): boolean {
  if (intAt(path.countedAt, its) >= 0) return isInSupply(path, its, bound);
  const { start, calledAt } = path.problem.crashed;
  return intAt(calledAt, intAt(start, its)) < bound;
}

/** The rule "nothing to wait for". */
function isHopeless(moves: Moves, path: Path): boolean {
  const { returned, crashed } = path.problem;
  const at = topOf(path);
  const due = intAt(path.frames, at + layerField);
  const its = intAt(returned.kind, due);
  if (its === writeKind || its === differsKind) return false;
  const value = intAt(returned.found, due);
  if (value === intAt(path.frames, at + heldField)) return false;
  if (moves.writtenIn[value] === moves.turn) return false;
  if (moves.leftBySwapIn[value] === moves.turn) return false;
  const bound = intAt(returned.returnedAt, due);
  const write = intAt(crashed.writeOf, value);
  if (write !== noClass && canBeUsed(path, write, bound)) return false;
  for (
    let swap = intAt(crashed.firstLeaving, value);
    swap !== noClass;
    swap = intAt(crashed.nextLeaving, swap)
  ) {
    if (canBeUsed(path, swap, bound)) return false;
  }
  return true;
}

/** What returned: the rules "earliest return first" and "writes on demand". */
function addOpen(moves: Moves, path: Path, rules: Rules): void {
  const { kind, left } = path.problem.returned;
  for (let place = 0; place < moves.openCount; place++) {
    const rank = intAt(moves.open, place);
    const its = intAt(kind, rank);
    const value = intAt(left, rank);
    if (its === swapKind) {
      if (rules["earliest return first"] && intAt(moves.swapper, value) !== rank) continue;
      add(moves, path, rank, urgency(moves, value, rank));
    } else if (its === writeKind) {
      if (rules["earliest return first"] && intAt(moves.writer, value) !== rank) continue;
      addWrite(moves, path, rank, rules);
    } else add(moves, path, rank, -1);
  }
}

function addWrite(moves: Moves, path: Path, rank: number, rules: Rules): void {
  const { size, left } = path.problem.returned;
  const at = topOf(path);
  const due = intAt(path.frames, at + layerField);
  const value = intAt(left, rank);
  if (moves.askedIn[value] === moves.turn) {
    add(moves, path, rank, intAt(moves.askedBy, value));
  } else if (rank === due) {
    add(moves, path, rank, rank);
  } else if (!rules["writes on demand"] || (changesForDue(moves, path) && changes(path, value))) {
    add(moves, path, rank, unasked * size + rank);
  }
}

/** The first return that waits for the value; without one, that of the operation itself. */
function urgency(moves: Moves, value: number, rank: number): number {
  return moves.askedIn[value] === moves.turn ? intAt(moves.askedBy, value) : rank;
}

function changes(path: Path, value: number): boolean {
  return value !== intAt(path.frames, topOf(path) + heldField);
}

/** Case (3) of the rule "writes on demand". */
function changesForDue(moves: Moves, path: Path): boolean {
  if (!moves.differs) return false;
  const { kind, left } = path.problem.returned;
  const due = intAt(path.frames, topOf(path) + layerField);
  return (
    intAt(kind, due) === differsKind ||
    (intAt(kind, due) === writeKind && !changes(path, intAt(left, due)))
  );
}

function addCrashed(moves: Moves, path: Path, rules: Rules): void {
  const { crashed } = path.problem;
  if (crashed.classes === 0) return;
  if (!rules["writes on demand"]) {
    for (let its = 0; its < crashed.classes; its++) tryCrashed(moves, path, its, rules);
    return;
  }
  const held = intAt(path.frames, topOf(path) + heldField);
  let swap = intAt(crashed.firstFinding, held);
  while (swap !== noClass) {
    if (moves.differs || moves.askedIn[intAt(crashed.left, swap)] === moves.turn) {
      tryCrashed(moves, path, swap, rules);
    }
    swap = intAt(crashed.nextFinding, swap);
  }
  for (let place = 0; place < moves.askedCount; place++) {
    const write = intAt(crashed.writeOf, intAt(moves.asked, place));
    if (write !== noClass) tryCrashed(moves, path, write, rules);
  }
  if (changesForDue(moves, path)) addCrashedChanges(moves, path, rules);
}

/**
 * Crashed writes that change the value and that nothing asks for. One without limit will do for all
 * of them: whatever its value, the one that a completion has there can be used after it.
 */
function addCrashedChanges(moves: Moves, path: Path, rules: Rules): void {
  const { crashed, returned } = path.problem;
  const due = intAt(path.frames, topOf(path) + layerField);
  const bound = intAt(returned.returnedAt, due);
  for (let its = 0; its < crashed.classes; its++) {
    if (intAt(crashed.calledAt, intAt(crashed.start, its)) >= bound) break;
    if (intAt(path.countedAt, its) >= 0 || !isUnaskedChange(moves, path, its)) continue;
    tryCrashed(moves, path, its, rules);
    return;
  }
  for (const its of path.counted) {
    if (isUnaskedChange(moves, path, its)) tryCrashed(moves, path, its, rules);
  }
}

function isUnaskedChange(moves: Moves, path: Path, its: number): boolean {
  const { found, left } = path.problem.crashed;
  const value = intAt(left, its);
  return intAt(found, its) < 0 && changes(path, value) && moves.askedIn[value] !== moves.turn;
}

function tryCrashed(moves: Moves, path: Path, its: number, rules: Rules): void {
  const { crashed, returned } = path.problem;
  const at = topOf(path);
  const due = intAt(path.frames, at + layerField);
  const bound = intAt(returned.returnedAt, due);
  if (!canBeUsed(path, its, bound)) return;
  const value = intAt(crashed.left, its);
  const found = intAt(crashed.found, its);
  const isWrite = found < 0;
  if (!isWrite && found !== intAt(path.frames, at + heldField)) return;
  const aliveIn = isWrite ? moves.writtenIn : moves.swappedIn;
  if (rules["earliest return first"] && aliveIn[value] === moves.turn) return;
  const waits = moves.askedIn[value] === moves.turn ? intAt(moves.askedBy, value) : returned.size;
  const penalty = isInSupply(path, its, bound) ? crashedInSupply : overdrawing;
  add(moves, path, moveOf(its), waits + penalty * returned.size);
}

/** Puts a move in its place among those of the top frame. */
function add(moves: Moves, path: Path, move: number, key: number): void {
  const own = topOf(path) + path.configurationLength;
  const first = intAt(path.frames, own + nextMoveField);
  let place = intAt(path.frames, own + endMoveField);
  path.frames[own + endMoveField] = place + 1;
  if (place === moves.list.length) {
    moves.list = withRoom(moves.list, place + 1);
    moves.keys = withRoom(moves.keys, place + 1);
  }
  const { list, keys } = moves;
  while (place > first && intAt(keys, place - 1) > key) {
    list[place] = intAt(list, place - 1);
    keys[place] = intAt(keys, place - 1);
    place--;
  }
  list[place] = move;
  keys[place] = key;
}
