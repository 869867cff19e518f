import { at, intAt } from "../at.js";
import type { Decision } from "../parts/order.js";
import { noElement, type SetPart, setKinds } from "../parts/set-columns.js";
import { never } from "../parts/timeline.js";
import { withIdlers } from "./idlers.js";
import { orderByRank, unranked } from "./order-by-rank.js";

/**
 * Decides sets that only grow and are read as a whole, as long as no element that a read found was
 * added twice.
 *
 * Why it is right. The set only grows, so reads stand by size, and each found all that a smaller one
 * found: with the elements that it is the first to find it has as many as it found. What it is the
 * first to find was added after the smaller reads and before it. An element that no read found was
 * added after all reads, or, if its operation never returned, not at all. So in every order those
 * that add to the smallest reads come first, then these reads, then those that add to the next, and
 * so on; reads of one size, and what adds to them, are free among themselves. Any order like that is
 * legal, if each element that was found has its operation, and the one by call agrees with time if
 * any does.
 *
 * Where an element was added twice and found, reads that are no such chain, elements that nobody
 * added, and an order of all other operations that contradicts time are as impossible.
 */
export function decideGrowOnlySet(part: SetPart): Decision {
  const levels = levelsOf(part);
  const adders = levels && addersOf(part);
  if (!levels || !adders || misses(levels, adders)) return { outcome: "invalid" };
  const order = orderByRank(part, ranksOf(part, levels, adders));
  if (!order) return { outcome: "invalid" };
  const isAll = levels.every((level, element) => level === unread || adders[element] === 1);
  if (!isAll) return { outcome: "undecided" };
  const isIdle = (number: number) => part.kind[number] === setKinds.nothing;
  return { outcome: "valid", order: withIdlers(part, order, isIdle) };
}

const unread = -1;

/** By element: the size of the smallest read that found it. Undefined where reads are no chain. */
function levelsOf({ found, elements, kind }: SetPart): Int32Array | undefined {
  const levels = new Int32Array(elements).fill(unread);
  let known = 0;
  for (const number of readsBySize({ found, elements, kind })) {
    const its = at(found, number);
    for (const element of its) {
      if (intAt(levels, element) !== unread) continue;
      levels[element] = its.length;
      known++;
    }
    if (known !== its.length) return undefined;
  }
  return levels;
}

function readsBySize({ found, elements, kind }: Pick<SetPart, "found" | "elements" | "kind">) {
  const next = new Int32Array(elements + 2);
  for (let number = 0; number < kind.length; number++) {
    if (kind[number] !== setKinds.read) continue;
    const after = at(found, number).length + 1;
    next[after] = intAt(next, after) + 1;
  }
  for (let size = 1; size < next.length; size++) {
    next[size] = intAt(next, size) + intAt(next, size - 1);
  }
  const reads = new Int32Array(intAt(next, elements + 1));
  for (let number = 0; number < kind.length; number++) {
    if (kind[number] !== setKinds.read) continue;
    const size = at(found, number).length;
    const place = intAt(next, size);
    next[size] = place + 1;
    reads[place] = number;
  }
  return reads;
}

/** By element: how many operations add it. */
function addersOf({ element, elements }: SetPart): Int32Array {
  const adders = new Int32Array(elements);
  for (const added of element) {
    if (added !== noElement) adders[added] = intAt(adders, added) + 1;
  }
  return adders;
}

/** Whether a read found what nobody added. */
function misses(levels: Int32Array, adders: Int32Array): boolean {
  return levels.some((level, element) => level !== unread && adders[element] === 0);
}

/** What adds an element that several add and that was found has none: it is left out. */
function ranksOf(part: SetPart, levels: Int32Array, adders: Int32Array): Float64Array {
  const { count, kind, element, found, elements, returnedAt } = part;
  const ranks = new Float64Array(count).fill(unranked);
  for (let number = 0; number < count; number++) {
    if (kind[number] === setKinds.read) {
      ranks[number] = 2 * at(found, number).length + 1;
    } else if (kind[number] === setKinds.add) {
      const added = intAt(element, number);
      const level = intAt(levels, added);
      const isNeeded = returnedAt[number] !== never;
      if (level === unread) ranks[number] = isNeeded ? 2 * elements + 2 : unranked;
      else if (adders[added] === 1) ranks[number] = 2 * level;
    }
  }
  return ranks;
}
