import { at, intAt } from "../../at.js";
import type { SteppedSearch } from "../../parts/order.js";
import { giveBack, takeInts, withPooledRoom } from "../../pool.js";
import {
  addDeadEnd,
  bytesOf,
  type Configuration,
  createDeadEnds,
  type DeadEnds,
  isDeadEnd,
  releaseDeadEnds,
} from "./dead-ends.js";
import type { GeneralPart } from "./general-part.js";
import { type Ranks, rankByReturn, type Ring } from "./ranks.js";
import { createUsages, nothingUsed, timesUsed, type Usages, withOneMore } from "./usages.js";

/**
 * The search for an order under any model: Wing and Gong's, with Lowe's memory of configurations
 * that failed.
 *
 * It places one operation after another. An operation may come next while it is *open*: called
 * before the first return of an operation not yet placed. The rank of that operation is the
 * *layer*. Everything of lower rank is placed, everything called after that return is not, and
 * operations open at one moment have different slots, so (layer, one bit a slot) says exactly which
 * certain operations are placed: there is no need for a bit for every operation of the history.
 * Where nothing is open all that came before is forgotten but for the state.
 *
 * Rules that spare work, none of which changes the answer; each can be switched off:
 * - `eagerReads`: an open operation that only looks and is legal now is placed now, and nothing else
 *   is tried first. Any order found without that can be mended by moving it here.
 * - `lateUnknowns`: unknown operations come last, as classes (usages.ts), only where they change the
 *   state, and only right before an operation that needs them (`couldComeLater`).
 * - `deadEnds`: a configuration from which nothing was found is not tried again: dead-ends.ts.
 * - `lookAhead`: where the next operation to return of those that only look is illegal, called or
 *   not, and the model says that no operation but one that resets can change that, there is no order
 *   unless something that resets can come before its return. Where anything in the part resets, this
 *   is looked at only if that operation returns next of all: then what resets must be open.
 */
export const generalRules = {
  eagerReads: true,
  lateUnknowns: true,
  deadEnds: true,
  lookAhead: true,
};
export type GeneralRules = typeof generalRules;

export function createGeneralSearch(
  part: GeneralPart,
  rules: Partial<GeneralRules> = {},
): SteppedSearch {
  const search = start(part, { ...generalRules, ...rules });
  let isReleased = false;
  return {
    run(steps) {
      // Others may be at work in what was its.
      if (isReleased) throw new Error("a search must not go on after its release");
      return run(search, steps);
    },
    order: () => numbersPlaced(search),
    get reached() {
      return search.reached;
    },
    get visited() {
      return search.visited;
    },
    bytes: () =>
      bytesOf(search.deadEnds) +
      search.usages.bytes +
      part.transitions.bytes() +
      4 * (9 * search.layers.length + search.masks.length + search.candidates.length),
    release() {
      if (!isReleased) release(search);
      isReleased = true;
    },
  };
}

/** After this the search must not be used any more. */
function release(search: Search): void {
  giveBack(search.layers);
  giveBack(search.states);
  giveBack(search.usage);
  giveBack(search.trailAt);
  giveBack(search.firstCandidate);
  giveBack(search.nextCandidate);
  giveBack(search.endCandidate);
  giveBack(search.nextClass);
  giveBack(search.masks);
  giveBack(search.trail);
  giveBack(search.candidates);
  giveBack(search.ranks.columns);
  releaseDeadEnds(search.deadEnds);
}

interface Search {
  readonly part: GeneralPart;
  readonly rules: GeneralRules;
  readonly ranks: Ranks;
  readonly ring: Ring;
  readonly deadEnds: DeadEnds;
  readonly usages: Usages;
  /** Words of each of a frame's two masks: what is placed beyond the layer, changes first. */
  readonly words: number;
  /** Where one configuration is put together, to be looked up. */
  readonly configuration: Configuration;
  /** Whether any operation of the part resets. */
  readonly hasResets: boolean;

  /** How many frames there are below the top one. Of each frame, by depth: */
  depth: number;
  layers: Int32Array;
  states: Int32Array;
  usage: Int32Array;
  /** How much of the trail was there before it. */
  trailAt: Int32Array;
  /** What may come next, as ranges of `candidates`, and the next one to try. */
  firstCandidate: Int32Array;
  nextCandidate: Int32Array;
  endCandidate: Int32Array;
  /** The next class of unknown operations to try. */
  nextClass: Int32Array;
  masks: Int32Array;

  /** What is placed, in order: ranks, or ~class for an unknown operation of that class. */
  trail: Int32Array;
  placed: number;
  candidates: Int32Array;
  reached: number;
  visited: number;
}

const noMove = -0x80000000;
const noMasks = new Int32Array(0);
const firstFrames = 64;
const firstPlaces = 128;

function start(part: GeneralPart, rules: GeneralRules): Search {
  const ranks = rankByReturn(part);
  const words = Math.ceil(ranks.slots / 32);
  const frames = () => takeInts(firstFrames);
  const search: Search = {
    part,
    rules,
    ranks,
    ring: ranks.ring,
    deadEnds: createDeadEnds(words),
    usages: createUsages(),
    words,
    configuration: { layer: 0, state: 0, usage: 0, masks: noMasks, maskAt: 0 },
    hasResets: part.resets.includes(1),
    depth: 0,
    layers: frames(),
    states: frames(),
    usage: frames(),
    trailAt: frames(),
    firstCandidate: frames(),
    nextCandidate: frames(),
    endCandidate: frames(),
    nextClass: frames(),
    masks: takeInts(firstFrames * 2 * words),
    trail: takeInts(firstPlaces),
    placed: 0,
    candidates: takeInts(firstPlaces),
    reached: 0,
    visited: 0,
  };
  search.states[0] = part.transitions.initial;
  search.usage[0] = nothingUsed;
  openFrame(search);
  return search;
}

function run(search: Search, steps: number): "found" | "impossible" | "open" {
  for (let left = steps; left > 0; left--) {
    if (intAt(search.layers, search.depth) === search.ranks.size) return "found";
    const move = nextMove(search);
    if (move !== noMove) {
      tryMove(search, move);
    } else if (search.depth > 0) {
      if (search.rules.deadEnds) addDeadEnd(search.deadEnds, configurationOnTop(search));
      retreat(search);
    } else {
      return "impossible";
    }
  }
  return "open";
}

/** The next thing to try from the top frame: certain operations first, then unknown ones. */
function nextMove(search: Search): number {
  const { depth } = search;
  const candidate = intAt(search.nextCandidate, depth);
  if (candidate >= intAt(search.endCandidate, depth)) return nextUnknown(search);
  search.nextCandidate[depth] = candidate + 1;
  return rankOf(search, intAt(search.candidates, candidate));
}

function nextUnknown(search: Search): number {
  const { depth } = search;
  const { unknowns } = search.part;
  for (let number = intAt(search.nextClass, depth); number < unknowns.length; number++) {
    // Classes are in the order of their first calls: none after this one was called either.
    if (at(at(unknowns, number).calledAt, 0) > timeOnTop(search)) break;
    if (!isAvailable(search, number)) continue;
    search.nextClass[depth] = number + 1;
    return ~number;
  }
  search.nextClass[depth] = unknowns.length;
  return noMove;
}

/** Whether the class has a member that is called and not used yet. */
function isAvailable(search: Search, unknownClass: number): boolean {
  const { calledAt } = at(search.part.unknowns, unknownClass);
  const used = timesUsed(search.usages, intAt(search.usage, search.depth), unknownClass);
  return used < calledAt.length && at(calledAt, used) <= timeOnTop(search);
}

/** When the layer's operation returns: what was called before is open. */
function timeOnTop({ ranks, layers, depth }: Search): number {
  return intAt(ranks.returnedAt, intAt(layers, depth));
}

/** Places the operation if it is legal, of use, and leads to no known dead end. */
function tryMove(search: Search, move: number): void {
  const before = intAt(search.states, search.depth);
  const after = stateAfter(search, before, move);
  if (after < 0) return;
  if (search.rules.lateUnknowns) {
    // An unknown operation that changes nothing may as well be left out.
    if (move < 0 && after === before) return;
    if (couldComeLater(search, move, after)) return;
  }
  pushFrame(search, move, after);
  if (move >= 0) place(search, move);
  else search.trail[search.placed++] = move;
  if (!openFrame(search)) retreat(search);
}

/**
 * Whether the unknown operation placed last was placed too early, given that `move` is to follow it
 * and leads to state `after`. Say the unknown one led from state s to s'. If `move` is legal in s
 * and leads to `after` too, the unknown one is not needed; if the unknown one leads from there to
 * `after`, it can just as well come later. Both were tried from s: certain operations
 * are tried before unknown ones and unknown ones in the order of their classes, so that what is
 * passed over here was found to lead nowhere already. Thus unknown operations only ever come right
 * before one that needs them, which keeps histories with many of them within reach.
 */
function couldComeLater(search: Search, move: number, after: number): boolean {
  const { depth, placed, trail } = search;
  const placedLast = placed === 0 ? noMove : intAt(trail, placed - 1);
  if (placedLast >= 0 || placedLast === noMove) return false;
  const wasTriedBefore = move >= 0 || ~move < ~placedLast;
  if (!wasTriedBefore) return false;
  const without = stateAfter(search, intAt(search.states, depth - 1), move);
  if (without < 0) return false;
  return without === after || stateAfter(search, without, placedLast) === after;
}

function stateAfter({ part, ranks }: Search, state: number, move: number): number {
  const number = move >= 0 ? intAt(ranks.numbers, move) : at(at(part.unknowns, ~move).members, 0);
  return part.transitions.step(state, intAt(part.indexes, number));
}

/** A frame above the top one, as that is but for the state and what is used. */
function pushFrame(search: Search, move: number, state: number): void {
  const { depth, words } = search;
  makeRoom(search, depth + 2);
  const from = depth * 2 * words;
  search.masks.copyWithin(from + 2 * words, from, from + 2 * words);
  const usage = intAt(search.usage, depth);
  search.usage[depth + 1] = move >= 0 ? usage : withOneMore(search.usages, usage, ~move);
  search.states[depth + 1] = state;
  search.layers[depth + 1] = intAt(search.layers, depth);
  search.trailAt[depth + 1] = search.placed;
  search.depth = depth + 1;
}

function makeRoom(search: Search, frames: number): void {
  // One more than there are ranks: everything is placed.
  search.trail = withPooledRoom(search.trail, search.placed + search.ranks.slots + 2);
  if (frames <= search.layers.length) return;
  search.layers = withPooledRoom(search.layers, frames);
  search.states = withPooledRoom(search.states, frames);
  search.usage = withPooledRoom(search.usage, frames);
  search.trailAt = withPooledRoom(search.trailAt, frames);
  search.firstCandidate = withPooledRoom(search.firstCandidate, frames);
  search.nextCandidate = withPooledRoom(search.nextCandidate, frames);
  search.endCandidate = withPooledRoom(search.endCandidate, frames);
  search.nextClass = withPooledRoom(search.nextClass, frames);
  search.masks = withPooledRoom(search.masks, search.layers.length * 2 * search.words);
}

/** Places a certain operation in the top frame. */
function place(search: Search, rank: number): void {
  lift(search.ring, rank);
  search.trail = withPooledRoom(search.trail, search.placed + 1);
  search.trail[search.placed++] = rank;
  const { depth, layers } = search;
  if (rank === intAt(layers, depth)) layers[depth] = nextLayer(search, rank + 1);
  else toggle(search, rank);
}

/**
 * The first layer from `rank` on that is not placed. An operation beyond the layer has its slot's
 * bit set; as the layer passes it, the bit is cleared again and the slot is free.
 */
function nextLayer(search: Search, rank: number): number {
  let layer = rank;
  while (layer < search.ranks.size && isSet(search, layer)) toggle(search, layer++);
  return layer;
}

function toggle(search: Search, rank: number): void {
  const word = wordOf(search, rank);
  search.masks[word] = intAt(search.masks, word) ^ (1 << (intAt(search.ranks.slot, rank) & 31));
}

function isSet(search: Search, rank: number): boolean {
  const bit = 1 << (intAt(search.ranks.slot, rank) & 31);
  return (intAt(search.masks, wordOf(search, rank)) & bit) !== 0;
}

function wordOf({ depth, words, ranks }: Search, rank: number): number {
  const which = 2 * depth + intAt(ranks.readOnly, rank);
  return which * words + (intAt(ranks.slot, rank) >> 5);
}

/**
 * Takes stock on the new top frame: what only looks is placed, what may come next is noted. False
 * where it is known to lead nowhere.
 */
function openFrame(search: Search): boolean {
  const { depth } = search;
  search.visited++;
  const first = depth === 0 ? 0 : intAt(search.endCandidate, depth - 1);
  search.firstCandidate[depth] = first;
  search.nextCandidate[depth] = first;
  search.endCandidate[depth] = first;
  search.nextClass[depth] = 0;
  const mayLeadOn = lookAround(search);
  search.reached = Math.max(search.reached, intAt(search.layers, depth));
  if (!mayLeadOn) return false;
  if (!search.rules.deadEnds || depth === 0) return true;
  return !isDeadEnd(search.deadEnds, search.usages, configurationOnTop(search));
}

/**
 * Goes through what is open in the order of calls, once: what only looks and is legal is placed at
 * once, which may let the layer pass, and what is called until then is open too. What was illegal
 * stays so, since the state does not change.
 */
function lookAround(search: Search): boolean {
  const { ranks, ring, rules, depth } = search;
  const { size, calledAt, returnedAt, readOnly, indexes } = ranks;
  const { transitions } = search.part;
  const state = intAt(search.states, depth);
  let layer = intAt(search.layers, depth);
  let hasOpenReset = false;
  let rank = intAt(ring.next, size);
  while (layer < size && rank !== size && intAt(calledAt, rank) < intAt(returnedAt, layer)) {
    const following = intAt(ring.next, rank);
    if (intAt(readOnly, rank) === 1 && rules.eagerReads) {
      const after = transitions.step(state, intAt(indexes, rank));
      if (after >= 0) {
        place(search, rank);
        layer = intAt(search.layers, depth);
      }
    } else {
      if (intAt(ranks.resets, rank) === 1) hasOpenReset = true;
      noteCandidate(search, rank, transitions.step(state, intAt(indexes, rank)));
    }
    rank = following;
  }
  if (!rules.lookAhead || !isNextLookHopeless(search)) return true;
  return hasOpenReset || hasUnknownReset(search);
}

/** Whether what looks next can no longer find what it found unless something resets. */
function isNextLookHopeless({
  ranks,
  ring,
  part,
  layers,
  states,
  depth,
  hasResets,
}: Search): boolean {
  const { size, nextLook } = ranks;
  const layer = intAt(layers, depth);
  let rank = intAt(nextLook, layer);
  if (hasResets && rank !== layer) return false;
  while (rank < size && !isInRing(ring, rank)) rank = intAt(nextLook, rank + 1);
  return (
    rank < size && part.transitions.isHopeless(intAt(states, depth), intAt(ranks.indexes, rank))
  );
}

/** False for what is placed: it was taken out. */
function isInRing({ next, previous }: Ring, rank: number): boolean {
  return intAt(next, intAt(previous, rank)) === rank;
}

function hasUnknownReset(search: Search): boolean {
  return search.part.unknownResets.some((resets, number) => resets && isAvailable(search, number));
}

/**
 * Notes a legal operation as one to try, in an order that finds valid orders with little going back.
 * First those that leave the state as it is, since placing them commits to nothing. Then, where what
 * must return next is illegal, those that make it legal. Then those that must return first. Kept as
 * keys that go up in this order: ranks, with the number of ranks added once or twice.
 */
function noteCandidate(search: Search, rank: number, after: number): void {
  if (after < 0) return;
  const { depth, ranks } = search;
  const key = rank + ranks.size * urgencyOf(search, after);
  const first = intAt(search.firstCandidate, depth);
  const end = intAt(search.endCandidate, depth);
  search.candidates = withPooledRoom(search.candidates, end + 1);
  const { candidates } = search;
  let place = end;
  while (place > first && intAt(candidates, place - 1) > key) {
    candidates[place] = intAt(candidates, place - 1);
    place--;
  }
  candidates[place] = key;
  search.endCandidate[depth] = end + 1;
}

/** 0: it changes nothing. 1: it helps. 2: neither. */
function urgencyOf({ part, ranks, states, layers, depth }: Search, after: number): number {
  const before = intAt(states, depth);
  if (after === before) return 0;
  const waiting = intAt(ranks.indexes, intAt(layers, depth));
  if (part.transitions.step(before, waiting) >= 0) return 2;
  return part.transitions.step(after, waiting) >= 0 ? 1 : 2;
}

function rankOf({ ranks }: Search, key: number): number {
  return key % ranks.size;
}

/** Takes the top frame away, and all that was placed in it. */
function retreat(search: Search): void {
  const { depth, ring, trail } = search;
  const until = intAt(search.trailAt, depth);
  for (let i = search.placed - 1; i >= until; i--) {
    const move = intAt(trail, i);
    if (move >= 0) unlift(ring, move);
  }
  search.placed = until;
  search.depth = depth - 1;
}

/** Takes an operation out of the ring. It keeps its own links, by which `unlift` finds its place. */
function lift({ next, previous }: Ring, rank: number): void {
  next[intAt(previous, rank)] = intAt(next, rank);
  previous[intAt(next, rank)] = intAt(previous, rank);
}

function unlift({ next, previous }: Ring, rank: number): void {
  next[intAt(previous, rank)] = rank;
  previous[intAt(next, rank)] = rank;
}

function configurationOnTop(search: Search): Configuration {
  const { configuration, depth } = search;
  configuration.layer = intAt(search.layers, depth);
  configuration.state = intAt(search.states, depth);
  configuration.usage = intAt(search.usage, depth);
  configuration.masks = search.masks;
  configuration.maskAt = depth * 2 * search.words;
  return configuration;
}

/** The trail as numbers. Of a class the member that was called first is used first. */
function numbersPlaced({ part, ranks, trail, placed }: Search): Int32Array {
  const used = new Int32Array(part.unknowns.length);
  const order = new Int32Array(placed);
  for (let i = 0; i < placed; i++) {
    const move = intAt(trail, i);
    if (move >= 0) {
      order[i] = intAt(ranks.numbers, move);
    } else {
      const times = intAt(used, ~move);
      order[i] = at(at(part.unknowns, ~move).members, times);
      used[~move] = times + 1;
    }
  }
  return order;
}
