import { intAt } from "../../at.js";
import { kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";
import type { Start } from "./search.js";

/** Some of a part by itself, and where a search in it begins. */
export interface Stretch {
  readonly part: RegisterPart;
  readonly start: Start;
}

/** After the return at `from`, up to that at `to`. */
interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** The returns with ranks from `first` to `last` by themselves: the rule "a stretch by itself". */
export function stretchOf(part: RegisterPart, first: number, last: number): Stretch {
  const bounds = {
    from: first === 0 ? -1 : intAt(part.returnedAt, intAt(part.byReturn, first - 1)),
    to: intAt(part.returnedAt, intAt(part.byReturn, last)),
  };
  const members = membersOf(part, bounds);
  const { timeline, cover } = timesWithin(part, members, bounds);
  const effects = effectsWithin(part, members, timeline.returnedAt);
  const values = Int32Array.from({ length: effects.values }, (_, value) => value);
  return { part: { ...timeline, ...effects }, start: { values, cover } };
}

/** The numbers of what belongs to the stretch, in the order of the calls. */
function membersOf(part: RegisterPart, { from, to }: Bounds): Int32Array {
  const members: number[] = [];
  for (let number = 0; number < part.count; number++) {
    const called = intAt(part.calledAt, number);
    if (called > to) break;
    const returned = intAt(part.returnedAt, number);
    if (returned <= from) continue;
    const kind = part.kind[number];
    const changes = kind === kinds.write || kind === kinds.cas;
    if (changes || (called > from && returned <= to)) members.push(number);
  }
  return Int32Array.from(members);
}

/** Their times, as positions among each other; what was called before `cover` began before. */
function timesWithin(part: RegisterPart, members: Int32Array, bounds: Bounds) {
  const count = members.length;
  const calledAt = new Int32Array(count);
  const returnedAt = new Int32Array(count).fill(never);
  const returning = Array.from(members.keys())
    .filter((index) => returnsWithin(part, intAt(members, index), bounds))
    .sort((a, b) => returnOf(part, members, a) - returnOf(part, members, b));
  let time = 0;
  let cover = 0;
  let returned = 0;
  for (let index = 0; index <= count; index++) {
    const called = index === count ? never : intAt(part.calledAt, intAt(members, index));
    for (; returned < returning.length; returned++) {
      const next = returning[returned] ?? 0;
      if (returnOf(part, members, next) > called) break;
      returnedAt[next] = time++;
    }
    if (index === count) break;
    calledAt[index] = time++;
    if (called < bounds.from) cover = time;
  }
  const byReturn = Int32Array.from(returning);
  return { timeline: { count, calledAt, returnedAt, byReturn }, cover };
}

function returnOf(part: RegisterPart, members: Int32Array, index: number): number {
  return intAt(part.returnedAt, intAt(members, index));
}

/** A swap that goes beyond the bounds may have been placed before or be placed later. */
function returnsWithin(part: RegisterPart, number: number, { from, to }: Bounds): boolean {
  const returned = intAt(part.returnedAt, number);
  if (returned === never) return false;
  if (part.kind[number] !== kinds.cas) return true;
  return intAt(part.calledAt, number) > from && returned <= to;
}

/** What nothing in the stretch asks for is all the value 0. */
function effectsWithin(part: RegisterPart, members: Int32Array, returnedAt: Int32Array) {
  const numbers = new Map<number, number>();
  members.forEach((number, index) => {
    const kind = part.kind[number];
    if (kind === kinds.write || kind === kinds.nothing) return;
    if (kind !== kinds.cas && intAt(returnedAt, index) === never) return;
    const found = intAt(part.found, number);
    if (!numbers.has(found)) numbers.set(found, numbers.size + 1);
  });
  const renumbered = (value: number) => (value === noValue ? noValue : (numbers.get(value) ?? 0));
  return {
    kind: Uint8Array.from(members, (number) => part.kind[number] ?? kinds.nothing),
    found: members.map((number) => renumbered(intAt(part.found, number))),
    left: members.map((number) => renumbered(intAt(part.left, number))),
    values: numbers.size + 1,
  };
}
