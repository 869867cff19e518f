import { at, intAt } from "../at.js";
import { illegal } from "../model.js";
import type { Decision } from "../parts/order.js";
import { type RevisionPart, type RevisionSteps, roles } from "../parts/revision-columns.js";
import { never } from "../parts/timeline.js";
import { orderByRank, unranked } from "./order-by-rank.js";

/**
 * Decides histories whose operations tell the revision that they left or found, in time that grows
 * with their number.
 *
 * Why it is right. Revisions only grow. An operation that moves the state to revision r is legal
 * only below r, one that looks at r only at r. So in every order those that move stand by revision,
 * no two at one, and what looks at r stands after the one that moves to r and before the next that
 * moves. Only what looks at one revision is free among itself, changes nothing, and may stand by
 * call: that agrees with time if anything does. There is one order to look at.
 *
 * What never returned has no revision and may be left out. Where nothing of that kind can have
 * changed the state, the history is linearizable if and only if that order agrees with time and all
 * its steps are legal. Where there is, three things are impossible all the same: an order of those
 * that returned which contradicts time; two that move to one revision; and an operation that looks
 * at revision r and is illegal right after the one that moves to r, if that one leads to the same
 * state wherever it is legal, for nothing else can stand in between. For the rest, where a step is
 * illegal, one that never returned is put before it if that makes it legal. An order that is legal
 * in the end is an order; if there is none, this engine cannot tell.
 */
export function decideBySweep<State>(part: RevisionPart, steps: RevisionSteps<State>): Decision {
  const order = orderByRank(part, ranksOf(part));
  if (!order || movesTwiceToOne(part, order)) return { outcome: "invalid" };
  if (isLegal(steps, order)) return { outcome: "valid", order };
  if (!part.role.includes(roles.perhaps) || contradictsItself(part, steps, order)) {
    return { outcome: "invalid" };
  }
  const whole = withUnanswered(part, steps, order);
  return whole && isLegal(steps, whole)
    ? { outcome: "valid", order: whole }
    : { outcome: "undecided" };
}

/** What moves to a revision comes right before what looks at it. */
function ranksOf({ count, role, at }: RevisionPart): Float64Array {
  const ranks = new Float64Array(count);
  for (let number = 0; number < count; number++) {
    const its = role[number];
    const revision = at[number] ?? NaN;
    if (its === roles.looks) ranks[number] = 2 * revision + 1;
    else if (its === roles.moves || its === roles.overwrites) ranks[number] = 2 * revision;
    else ranks[number] = unranked;
  }
  return ranks;
}

function movesTwiceToOne({ role, at }: RevisionPart, order: Int32Array): boolean {
  let last = -1;
  for (let place = 0; place < order.length; place++) {
    const number = intAt(order, place);
    if (role[number] === roles.looks) continue;
    const revision = at[number] ?? NaN;
    if (revision === last) return true;
    last = revision;
  }
  return false;
}

function isLegal<State>({ init, step }: RevisionSteps<State>, order: Int32Array): boolean {
  let state = init();
  for (let place = 0; place < order.length; place++) {
    const after = step(state, intAt(order, place));
    if (after === illegal) return false;
    state = after;
  }
  return true;
}

/**
 * Whether something looked at what another operation certainly left, and found something else. What
 * is illegal for other reasons is passed over: it may need what never returned.
 */
function contradictsItself<State>(
  { role, at: revisions }: RevisionPart,
  { init, step }: RevisionSteps<State>,
  order: Int32Array,
): boolean {
  let state = init();
  /** The revision at which the state is certain, -1 for none. */
  let certainAt = -1;
  for (let place = 0; place < order.length; place++) {
    const number = intAt(order, place);
    const looks = role[number] === roles.looks;
    const after = step(state, number);
    if (after !== illegal) state = after;
    else if (looks && revisions[number] === certainAt) return true;
    if (!looks) {
      const isCertain = after !== illegal && role[number] === roles.overwrites;
      certainAt = isCertain ? (revisions[number] ?? -1) : -1;
    }
  }
  return false;
}

/** So many operations that never returned are tried for each one that there is, and a few more. */
const triesPerOperation = 4;
const triesAnyway = 1_000;

/** The order with what it needs of what never returned; undefined where that was not found. */
function withUnanswered<State>(
  part: RevisionPart,
  { init, step }: RevisionSteps<State>,
  order: Int32Array,
): Int32Array | undefined {
  const deadlines = earliestReturnsFrom(part, order);
  const unused = unansweredBy(part);
  const whole: number[] = [];
  let tries = triesAnyway + triesPerOperation * part.count;
  let state = init();
  for (let place = 0; place < order.length; place++) {
    const number = intAt(order, place);
    let after = step(state, number);
    // From the latest call back: deadlines only grow, so what can be used now can be used later.
    for (let index = unused.length - 1; index >= 0 && after === illegal; index--) {
      if (intAt(part.calledAt, at(unused, index)) > intAt(deadlines, place)) continue;
      if (tries-- === 0) return undefined;
      const between = step(state, at(unused, index));
      after = between === illegal ? illegal : step(between, number);
      if (after !== illegal) whole.push(...unused.splice(index, 1));
    }
    if (after === illegal) return undefined;
    state = after;
    whole.push(number);
  }
  return Int32Array.from(whole);
}

function unansweredBy({ role, count }: RevisionPart): number[] {
  const unanswered: number[] = [];
  for (let number = 0; number < count; number++) {
    if (role[number] === roles.perhaps) unanswered.push(number);
  }
  return unanswered;
}

/** By place: the earliest return from there on. What is called later cannot stand before it. */
function earliestReturnsFrom({ returnedAt }: RevisionPart, order: Int32Array): Int32Array {
  const earliest = new Int32Array(order.length);
  let before = never;
  for (let place = order.length - 1; place >= 0; place--) {
    before = Math.min(before, intAt(returnedAt, intAt(order, place)));
    earliest[place] = before;
  }
  return earliest;
}
