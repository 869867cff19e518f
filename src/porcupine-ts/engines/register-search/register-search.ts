import { intAt } from "../../at.js";
import type { SteppedSearch } from "../../parts/order.js";
import type { RegisterPart } from "../../parts/register-part.js";
import { crashedClasses } from "./crashed.js";
import { orderOf } from "./found-order.js";
import { bytesOfKnown, createKnown, isKnown, type Known, layerField } from "./known.js";
import { withUnseenValuesMerged } from "./merge-values.js";
import { bytesOfMoves, createMoves, gatherMoves, type Moves } from "./moves.js";
import {
  advance,
  cameByField,
  classOf,
  createPath,
  endMoveField,
  hideDue,
  nextMoveField,
  type Path,
  type Problem,
  retreat,
  topOf,
} from "./path.js";
import { returnedOperations } from "./returned.js";
import { type RuleName, type Rules, rulesInForce } from "./rules.js";
import { settle } from "./settle.js";
import { worthShowingLater } from "./worth-showing.js";

/**
 * The search for an order of the operations on one register, whatever they are. rules.ts says what
 * it goes by, and why that is right.
 *
 * `reached` counts returns accounted for by a configuration that the search was in; where a rule
 * gave up what leads nowhere, some order may account for more of them.
 */
export function createRegisterSearch(
  part: RegisterPart,
  options: { readonly rules?: Partial<Record<RuleName, boolean>> } = {},
): SteppedSearch {
  const rules = rulesInForce(options.rules);
  const problem = problemOf(rules["one unseen value"] ? withUnseenValuesMerged(part) : part);
  const search: Search = {
    rules,
    problem,
    moves: createMoves(problem),
    ...newRound(problem, rules, firstCounted(problem, rules)),
    outcome: "open",
    visited: 0,
    reached: 0,
  };
  start(search);
  return {
    run(steps) {
      for (let left = steps; left > 0 && search.outcome === "open"; left--) step(search);
      return search.outcome;
    },
    order: () => orderOf(search.path),
    get reached() {
      return search.reached;
    },
    get visited() {
      return search.visited;
    },
    bytes: () => bytesOf(search),
  };
}

interface Search {
  readonly rules: Rules;
  readonly problem: Problem;
  readonly moves: Moves;
  path: Path;
  known: Known;
  outcome: "found" | "impossible" | "open";
  visited: number;
  reached: number;
}

function problemOf(part: RegisterPart): Problem {
  const returned = returnedOperations(part);
  const crashed = crashedClasses(part);
  const { values } = part;
  const isWorthShowing = worthShowingLater(returned, crashed, {
    values,
    positions: positionsOf(part),
  });
  return { returned, crashed, isWorthShowing, values };
}

function positionsOf({ count, calledAt, returnedAt, byReturn }: RegisterPart): number {
  const lastCall = count === 0 ? -1 : intAt(calledAt, count - 1);
  const last = byReturn.length - 1;
  return 1 + Math.max(lastCall, last < 0 ? -1 : intAt(returnedAt, intAt(byReturn, last)));
}

function firstCounted({ crashed }: Problem, rules: Rules): Int32Array {
  return rules["crashed without limit"]
    ? new Int32Array(0)
    : Int32Array.from({ length: crashed.classes }, (_, its) => its);
}

function newRound(
  problem: Problem,
  rules: Rules,
  counted: Int32Array,
): { path: Path; known: Known } {
  const { words } = problem.returned;
  return {
    path: createPath(problem, counted),
    known: createKnown({ words, counted: counted.length, dominance: rules.dominance }),
  };
}

function start(search: Search): void {
  settle(search.path, search.rules);
  enter(search);
}

/** Makes one move, or goes back by one. */
function step(search: Search): void {
  const { path, moves, rules } = search;
  const own = topOf(path) + path.configurationLength;
  const next = intAt(path.frames, own + nextMoveField);
  if (next === intAt(path.frames, own + endMoveField)) {
    if (path.depth === 0) search.outcome = "impossible";
    else retreat(path);
    return;
  }
  path.frames[own + nextMoveField] = next + 1;
  advance(path, intAt(moves.list, next));
  settle(path, rules);
  enter(search);
}

/** Looks at the configuration on top: is it the goal, was it here before, what may come next? */
function enter(search: Search): void {
  const { path, known, moves, rules } = search;
  const at = topOf(path);
  const layer = intAt(path.frames, at + layerField);
  if (path.overdrawn === 0 && layer > search.reached) search.reached = layer;
  search.visited++;
  if (layer === search.problem.returned.size) {
    if (path.overdrawn === 0) search.outcome = "found";
    else countOverdrawn(search);
  } else if (isKnown(known, path.frames, at)) {
    retreat(path);
  } else {
    gatherMoves(moves, path, rules);
  }
}

/** The rule "crashed without limit": begins anew and counts what was used too often. */
function countOverdrawn(search: Search): void {
  const { problem, rules, path } = search;
  const overdrawn = overdrawnClasses(path);
  const counted = Int32Array.from([...path.counted, ...overdrawn]);
  Object.assign(search, newRound(problem, rules, counted));
  start(search);
}

function overdrawnClasses(path: Path): number[] {
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

function bytesOf({ path, known, moves, problem }: Search): number {
  const { returned, crashed } = problem;
  const columns = 10 * returned.size + 2 * crashed.members.length + 8 * crashed.classes;
  const onPath = path.frames.length + path.trail.length + 2 * path.next.length;
  return (
    bytesOfKnown(known) +
    bytesOfMoves(moves) +
    4 * (columns + onPath + path.used.length + 3 * problem.values) +
    problem.isWorthShowing.length
  );
}
