import { intAt } from "../../at.js";
import { noClass } from "./crashed.js";
import { coverField, heldField, layerField, masksField } from "./known.js";
import { hide, isPlaced, type Path, place, topOf } from "./path.js";
import { differsKind, readKind, swapKind, writeKind } from "./returned.js";
import type { Rules } from "./rules.js";

/**
 * Does in the top frame all that needs no decision: places what looks and is legal, passes over
 * what is placed, hides what is due and not worth showing.
 */
export function settle(path: Path, rules: Rules): void {
  const { returned } = path.problem;
  const at = topOf(path);
  // The value held stays the same: what was no use before is none now.
  let unseen = intAt(path.next, returned.size);
  for (;;) {
    passOverPlaced(path, at);
    const layer = intAt(path.frames, at + layerField);
    if (layer === returned.size) return;
    if (rules["eager looking"]) unseen = lookFrom(path, at, unseen);
    if (isPlaced(path, at, layer)) continue;
    if (!rules["nothing to show"] || !isCovered(path, at, layer) || mayBeSeen(path, at)) break;
    hide(path, at);
  }
  if (rules["rounded cover"]) roundCover(path, at);
}

/** Whether the due operation is a write that may be hidden. */
export function isCovered(path: Path, at: number, due: number): boolean {
  const { kind, calledAt } = path.problem.returned;
  return (
    intAt(kind, due) === writeKind && intAt(calledAt, due) < intAt(path.frames, at + coverField)
  );
}

function passOverPlaced(path: Path, at: number): void {
  const { size, maskWord, maskBit } = path.problem.returned;
  const { frames } = path;
  let layer = intAt(frames, at + layerField);
  while (layer < size) {
    const word = at + masksField + intAt(maskWord, layer);
    const bit = intAt(maskBit, layer);
    if ((intAt(frames, word) & bit) === 0) break;
    frames[word] = intAt(frames, word) ^ bit;
    layer++;
  }
  frames[at + layerField] = layer;
}

/** The rule "eager looking", for `from` and what was called later; where it stopped. */
function lookFrom(path: Path, at: number, from: number): number {
  const { size, kind, found, calledAt, returnedAt } = path.problem.returned;
  const held = intAt(path.frames, at + heldField);
  const bound = intAt(returnedAt, intAt(path.frames, at + layerField));
  let rank = from;
  while (rank !== size && intAt(calledAt, rank) < bound) {
    const after = intAt(path.next, rank);
    const its = intAt(kind, rank);
    if (its === readKind) {
      if (intAt(found, rank) === held) place(path, at, rank);
    } else if (its === differsKind && intAt(found, rank) !== held) place(path, at, rank);
    rank = after;
  }
  return rank;
}

/** Whether something may see the value of the due write: the rule "nothing to show". */
function mayBeSeen(path: Path, at: number): boolean {
  const { returned, crashed, isWorthShowing } = path.problem;
  const { size, kind, found, left, calledAt, returnedAt } = returned;
  const due = intAt(path.frames, at + layerField);
  if (isWorthShowing[due] === 1) return true;
  const value = intAt(left, due);
  const bound = intAt(returnedAt, due);
  const isSwappable = intAt(crashed.firstFinding, value) !== noClass;
  const changes = value !== intAt(path.frames, at + heldField);
  let rank = intAt(path.next, size);
  while (rank !== size && intAt(calledAt, rank) < bound) {
    const its = intAt(kind, rank);
    if (its === differsKind) {
      if (changes && intAt(found, rank) !== value) return true;
    } else if (its === readKind || its === swapKind) {
      if (isSwappable || intAt(found, rank) === value) return true;
    }
    rank = intAt(path.next, rank);
  }
  return false;
}

/** The rule "rounded cover". */
function roundCover(path: Path, at: number): void {
  const { size, kind, calledAt, returnedAt } = path.problem.returned;
  const cover = intAt(path.frames, at + coverField);
  const bound = intAt(returnedAt, intAt(path.frames, at + layerField));
  let rank = intAt(path.next, size);
  while (rank !== size) {
    const called = intAt(calledAt, rank);
    if (called >= bound) break;
    if (called >= cover && intAt(kind, rank) === writeKind) {
      path.frames[at + coverField] = called;
      return;
    }
    rank = intAt(path.next, rank);
  }
  path.frames[at + coverField] = bound;
}
