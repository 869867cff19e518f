import { intAt } from "../../at.js";
import { kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";

/**
 * Writes and swaps that never returned, those of the same effect as one *class*, numbered in the
 * order of their first calls. The members of a class are used in the order of their calls, so that
 * how many were used says which. What only looks and never returned is left out: it may be.
 */
export interface Crashed {
  readonly classes: number;
  /** By class: `noValue` for a write. */
  readonly found: Int32Array;
  readonly left: Int32Array;
  /** By class: where its members begin; one more for the end. */
  readonly start: Int32Array;
  /** Their numbers in the part, class by class, in the order of their calls. */
  readonly members: Int32Array;
  /** When each member was called. */
  readonly calledAt: Int32Array;
  /** By value: the class of the writes that leave it, or `noClass`. */
  readonly writeOf: Int32Array;
  /** By value: the first class of swaps that find it; `nextFinding` goes on by class. */
  readonly firstFinding: Int32Array;
  readonly nextFinding: Int32Array;
  /** By value: the first class of swaps that leave it; `nextLeaving` goes on by class. */
  readonly firstLeaving: Int32Array;
  readonly nextLeaving: Int32Array;
}

export const noClass = -1;

export function crashedClasses(part: RegisterPart): Crashed {
  const { classOf, found, left } = classesOf(part);
  const classes = found.length;
  const { start, members } = grouped(classOf, classes);
  const writeOf = new Int32Array(part.values).fill(noClass);
  for (let its = 0; its < classes; its++) {
    if (found[its] === noValue) writeOf[intAt(left, its)] = its;
  }
  const [firstFinding, nextFinding] = chains(found, found, part.values);
  const [firstLeaving, nextLeaving] = chains(left, found, part.values);
  return {
    classes,
    found,
    left,
    start,
    members,
    calledAt: members.map((its) => intAt(part.calledAt, its)),
    writeOf,
    firstFinding,
    nextFinding,
    firstLeaving,
    nextLeaving,
  };
}

function classesOf(part: RegisterPart) {
  const classOf = new Int32Array(part.count).fill(noClass);
  const numbers = new Map<number, number>();
  const found: number[] = [];
  const left: number[] = [];
  for (let its = 0; its < part.count; its++) {
    const kind = part.kind[its];
    if (part.returnedAt[its] !== never || (kind !== kinds.write && kind !== kinds.cas)) continue;
    const finds = kind === kinds.write ? noValue : intAt(part.found, its);
    const leaves = intAt(part.left, its);
    const key = (finds + 1) * part.values + leaves;
    let number = numbers.get(key);
    if (number === undefined) {
      numbers.set(key, (number = found.length));
      found.push(finds);
      left.push(leaves);
    }
    classOf[its] = number;
  }
  return { classOf, found: Int32Array.from(found), left: Int32Array.from(left) };
}

function grouped(classOf: Int32Array, classes: number) {
  const start = new Int32Array(classes + 1);
  for (const its of classOf) if (its !== noClass) start[its + 1] = intAt(start, its + 1) + 1;
  for (let its = 0; its < classes; its++) {
    start[its + 1] = intAt(start, its + 1) + intAt(start, its);
  }
  const members = new Int32Array(intAt(start, classes));
  const next = start.slice();
  classOf.forEach((its, number) => {
    if (its === noClass) return;
    const place = intAt(next, its);
    members[place] = number;
    next[its] = place + 1;
  });
  return { start, members };
}

/** The classes of swaps by one of their values, the first called first. */
function chains(by: Int32Array, found: Int32Array, values: number): [Int32Array, Int32Array] {
  const first = new Int32Array(values).fill(noClass);
  const next = new Int32Array(by.length).fill(noClass);
  for (let its = by.length - 1; its >= 0; its--) {
    if (found[its] === noValue) continue;
    const value = intAt(by, its);
    next[its] = intAt(first, value);
    first[value] = its;
  }
  return [first, next];
}
