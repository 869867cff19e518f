import { intAt } from "../../at.js";
import { bytesOfKnown, createKnown, isKnown, type Known, layerField } from "./known.js";
import { bytesOfMoves, createMoves, gatherMoves, type Moves } from "./moves.js";
import {
  advance,
  beginAt,
  bytesOfPath,
  createPath,
  endMoveField,
  movesEnd,
  nextMoveField,
  overdrawnClasses,
  type Path,
  type Problem,
  retreat,
  topOf,
} from "./path.js";
import {
  bytesOfPostponed,
  createPostponed,
  firstPatience,
  lastPatience,
  postpone,
  type Postponed,
  shouldWait,
  takeUp,
} from "./postponed.js";
import type { Rules } from "./rules.js";
import { settle } from "./settle.js";

/** Where a search begins: with each of these values in turn, and this cover. */
export interface Start {
  readonly values: Int32Array;
  readonly cover: number;
}

/** A search in depth for a way from the start to a configuration in which all is accounted for. */
export interface Search {
  readonly rules: Rules;
  readonly problem: Problem;
  readonly start: Start;
  readonly moves: Moves;
  /** The path and what is known change with each round: see the rule "crashed without limit". */
  path: Path;
  known: Known;
  postponed: Postponed;
  /** Which of the start's values it began with. */
  startedWith: number;
  outcome: "found" | "impossible" | "open";
  visited: number;
  /** The farthest layer that it got to without using more crashed operations than there are. */
  reached: number;
  /** The farthest layer of this round, and how much was visited since it got there. */
  farthest: number;
  visitedSince: number;
}

export function createSearch(problem: Problem, rules: Rules, start: Start): Search {
  const search: Search = {
    rules,
    problem,
    start,
    moves: createMoves(problem),
    ...newRound(problem, rules, countedAtFirst(problem, rules), firstPatience),
    startedWith: 0,
    outcome: "open",
    visited: 0,
    reached: 0,
    farthest: 0,
    visitedSince: 0,
  };
  begin(search);
  return search;
}

/** In so many times its patience without coming farther the search is taken to be stuck. */
const moreThanPatience = 4;

/** Makes one move, or goes back by one. */
export function step(search: Search): void {
  if (lacksPatience(search)) {
    beginAnew(search, search.path.counted, 4 * search.postponed.patience);
    return;
  }
  const { path, moves, rules } = search;
  const own = topOf(path) + path.configurationLength;
  const next = intAt(path.frames, own + nextMoveField);
  const waits =
    rules["crashed ones late"] && shouldWait(search.postponed, path, moves, search.visitedSince);
  if (!waits && next < intAt(path.frames, own + endMoveField)) {
    path.frames[own + nextMoveField] = next + 1;
    advance(path, intAt(moves.list, next));
    settle(path, rules);
    enter(search);
  } else if (takeUp(search.postponed, path, moves, rules)) {
    return;
  } else if (path.depth > 0) {
    if (waits) postpone(search.postponed, path, moves);
    retreat(path);
  } else if (++search.startedWith < search.start.values.length) {
    begin(search);
  } else {
    search.outcome = "impossible";
  }
}

export function bytesOfSearch({ path, known, moves, postponed }: Search): number {
  return (
    bytesOfKnown(known) + bytesOfMoves(moves) + bytesOfPath(path) + bytesOfPostponed(postponed)
  );
}

function countedAtFirst({ crashed }: Problem, rules: Rules): Int32Array {
  return rules["crashed without limit"]
    ? new Int32Array(0)
    : Int32Array.from({ length: crashed.classes }, (_, its) => its);
}

function newRound(problem: Problem, rules: Rules, counted: Int32Array, patience: number) {
  const { words } = problem.returned;
  return {
    path: createPath(problem, counted),
    postponed: createPostponed(patience),
    known: createKnown({ words, counted: counted.length, dominance: rules.dominance }),
  };
}

function begin(search: Search): void {
  const { path, start, startedWith, rules } = search;
  beginAt(path, { held: intAt(start.values, startedWith), cover: start.cover });
  settle(path, rules);
  enter(search);
}

/** Looks at the configuration on top: is it the goal, was it here before, what may come next? */
function enter(search: Search): void {
  const { path, known, moves, rules } = search;
  const at = topOf(path);
  const layer = intAt(path.frames, at + layerField);
  search.visited++;
  search.visitedSince++;
  if (layer > search.farthest) {
    search.farthest = layer;
    search.visitedSince = 0;
  }
  if (layer > search.reached && path.overdrawn === 0) search.reached = layer;
  if (layer === search.problem.returned.size) {
    if (path.overdrawn === 0) search.outcome = "found";
    else countOverdrawn(search);
  } else if (!isKnown(known, path.frames, at)) {
    gatherMoves(moves, path, rules);
  } else if (path.depth > 0) {
    retreat(path);
  } else {
    movesEnd(path, 0);
  }
}

/** The rule "crashed without limit": counts from now on what was used too often. */
function countOverdrawn(search: Search): void {
  const { path, postponed } = search;
  const counted = Int32Array.from([...path.counted, ...overdrawnClasses(path)]);
  beginAnew(search, counted, postponed.patience);
}

/** Whether the search is stuck, perhaps for lack of crashed operations that it used long before. */
function lacksPatience({ rules, path, postponed, visitedSince }: Search): boolean {
  const { patience } = postponed;
  return (
    rules["crashed ones late"] &&
    path.counted.length > 0 &&
    patience < lastPatience &&
    visitedSince >= moreThanPatience * patience
  );
}

function beginAnew(search: Search, counted: Int32Array, patience: number): void {
  const { problem, rules } = search;
  Object.assign(search, newRound(problem, rules, counted, patience), {
    startedWith: 0,
    farthest: 0,
    visitedSince: 0,
  });
  begin(search);
}
