import { intAt } from "../at.js";
import { initialValue, kinds, noValue, type RegisterPart } from "./register-part.js";
import { never, type Timeline } from "./timeline.js";

/**
 * The operations `numbers` (ascending) of a part as a part of their own, up to the position `end`:
 * what returned at or after it counts as never returned. They must have been called before it. The
 * i-th of `numbers` is number i of the new part. Costs about as much as there are `numbers`.
 */
export function subTimeline(timeline: Timeline, numbers: Int32Array, end: number): Timeline {
  const inOrder = returnsInOrder(timeline, numbers, end);
  const count = numbers.length;
  const calledAt = new Int32Array(count);
  const returnedAt = new Int32Array(count).fill(never);
  let returns = 0;
  let time = 0;
  for (let number = 0; number < count; number++) {
    const calledThen = intAt(timeline.calledAt, intAt(numbers, number));
    if (calledThen >= end) throw new RangeError(`operation ${number} was called after the end`);
    while (returns < inOrder.length) {
      const returning = intAt(inOrder, returns);
      if (intAt(timeline.returnedAt, intAt(numbers, returning)) > calledThen) break;
      returnedAt[returning] = time++;
      returns++;
    }
    calledAt[number] = time++;
  }
  for (; returns < inOrder.length; returns++) returnedAt[intAt(inOrder, returns)] = time++;
  return { count, calledAt, returnedAt, byReturn: inOrder };
}

/** The same for a register, with its values numbered anew. */
export function subRegisterPart(
  part: RegisterPart,
  numbers: Int32Array,
  end: number,
): RegisterPart {
  const timeline = subTimeline(part, numbers, end);
  const kind = new Uint8Array(numbers.length).fill(kinds.nothing);
  const found = new Int32Array(numbers.length).fill(noValue);
  const left = new Int32Array(numbers.length).fill(noValue);
  const values = renumberedValues(part.values, numbers.length);
  for (let number = 0; number < numbers.length; number++) {
    const before = intAt(numbers, number);
    const its = part.kind[before] ?? kinds.nothing;
    const onlyLooks = its === kinds.read || its === kinds.differs;
    // What only looks and never returned tells nothing and does nothing.
    if (onlyLooks && timeline.returnedAt[number] === never) continue;
    kind[number] = its;
    found[number] = values.numberOf(intAt(part.found, before));
    left[number] = values.numberOf(intAt(part.left, before));
  }
  return { ...timeline, kind, found, left, values: values.size };
}

/** Places in `numbers` of those that returned before `end`, in the order of their returns. */
function returnsInOrder(timeline: Timeline, numbers: Int32Array, end: number): Int32Array {
  const isMostOfThePart = 4 * numbers.length >= timeline.count;
  return isMostOfThePart
    ? returnsByFilter(timeline, numbers, end)
    : returnsBySorting(timeline, numbers, end);
}

/** Looks at the whole part. */
function returnsByFilter(
  { count, byReturn, returnedAt }: Timeline,
  numbers: Int32Array,
  end: number,
): Int32Array {
  const placeOf = new Int32Array(count).fill(-1);
  for (let place = 0; place < numbers.length; place++) placeOf[intAt(numbers, place)] = place;
  const inOrder = new Int32Array(numbers.length);
  let length = 0;
  for (const number of byReturn) {
    if (intAt(returnedAt, number) >= end) break;
    const place = intAt(placeOf, number);
    if (place >= 0) inOrder[length++] = place;
  }
  return inOrder.subarray(0, length);
}

/** Each return and its place in one number, which a typed array sorts without asking us. */
function returnsBySorting({ returnedAt }: Timeline, numbers: Int32Array, end: number): Int32Array {
  const count = numbers.length;
  const keys = new Float64Array(count);
  let length = 0;
  for (let place = 0; place < count; place++) {
    const returned = intAt(returnedAt, intAt(numbers, place));
    if (returned < end && returned !== never) keys[length++] = returned * count + place;
  }
  return Int32Array.from(keys.subarray(0, length).sort(), (key) => key % count);
}

interface Renumbered {
  numberOf(value: number): number;
  readonly size: number;
}

/** A table where there is about as much to number as there are values, else a map. */
function renumberedValues(values: number, operations: number): Renumbered {
  const table = 8 * operations >= values ? new Int32Array(values).fill(noValue) : undefined;
  const map = new Map<number, number>();
  let size = 1;
  const known = (value: number) => (table ? intAt(table, value) : (map.get(value) ?? noValue));
  return {
    numberOf(value) {
      if (value === noValue || value === initialValue) return value;
      const number = known(value);
      if (number !== noValue) return number;
      if (table) table[value] = size;
      else map.set(value, size);
      return size++;
    },
    get size() {
      return size;
    },
  };
}
