import { intAt } from "../../at.js";
import { initialValue, kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";

/**
 * Puts the operations that are missing in `order`, returned, and change nothing whatever the state
 * ("differs" and "nothing") into it, if they fit. `order` must agree with time.
 *
 * Why it is exact for a given order. A place is the number of operations of `order` before it.
 * What an operation demands of its place: it is not before that of anything that had returned at
 * its call; what stands before it was called before its return; and the state there is not the one
 * that it denies. Going through the operations by call, each gets the least place that is not below
 * any before it and where the state is right. By induction every way to place all of them has each
 * at this place or later: what had returned before its call was called before it, and so has its
 * least place already. If the least place has something before it that was called after the
 * operation's return, so has every later one. Those at one place stand there in the order of their
 * calls, which agrees with time.
 */
export function placeLookers(part: RegisterPart, order: Int32Array): PlacedLookers {
  const lookers = lookersOf(part);
  if (lookers.length === 0) return { outcome: "placed", order };
  const held = heldAt(part, order);
  const { places, stuck } = leastPlaces(part, lookers, {
    held,
    nextChange: nextChanges(held),
    latestCall: latestCalls(part, order),
    placeOf: placesIn(part, order),
  });
  if (stuck.length > 0) return { outcome: "stuck", stuck };
  return { outcome: "placed", order: merged(order, lookers, places) };
}

export type PlacedLookers =
  | { readonly outcome: "placed"; readonly order: Int32Array }
  /** By ascending places. All others found a place. */
  | { readonly outcome: "stuck"; readonly stuck: readonly Stuck[] };

/** An operation that finds no place that will do from place `at` on, the first that it may have. */
export interface Stuck {
  readonly looker: number;
  readonly at: number;
}

function lookersOf({ kind, returnedAt }: RegisterPart): Int32Array {
  const lookers = new Int32Array(kind.length);
  let length = 0;
  for (let number = 0; number < kind.length; number++) {
    const its = kind[number];
    if (its !== kinds.differs && its !== kinds.nothing) continue;
    if (intAt(returnedAt, number) !== never) lookers[length++] = number;
  }
  return lookers.subarray(0, length);
}

interface Places {
  /** By place: the value that the register holds there. */
  readonly held: Int32Array;
  /** By place: the next place where it holds another value; there may be none. */
  readonly nextChange: Int32Array;
  /** By place: the latest call of all that stand before it. */
  readonly latestCall: Int32Array;
  /** By number: the place right after the operation, -1 for what is not in the order yet. */
  readonly placeOf: Int32Array;
}

/** By place: what the register holds there. */
function heldAt({ left }: RegisterPart, order: Int32Array): Int32Array {
  const held = new Int32Array(order.length + 1);
  held[0] = initialValue;
  for (let place = 0; place < order.length; place++) {
    const value = intAt(left, intAt(order, place));
    held[place + 1] = value === noValue ? intAt(held, place) : value;
  }
  return held;
}

function nextChanges(held: Int32Array): Int32Array {
  const nextChange = new Int32Array(held.length).fill(held.length);
  for (let place = held.length - 2; place >= 0; place--) {
    const isSame = intAt(held, place) === intAt(held, place + 1);
    nextChange[place] = isSame ? intAt(nextChange, place + 1) : place + 1;
  }
  return nextChange;
}

function latestCalls({ calledAt }: RegisterPart, order: Int32Array): Int32Array {
  const latestCall = new Int32Array(order.length + 1).fill(-1);
  for (let place = 0; place < order.length; place++) {
    const called = intAt(calledAt, intAt(order, place));
    latestCall[place + 1] = Math.max(intAt(latestCall, place), called);
  }
  return latestCall;
}

function placesIn({ count }: RegisterPart, order: Int32Array): Int32Array {
  const placeOf = new Int32Array(count).fill(-1);
  for (let place = 0; place < order.length; place++) placeOf[intAt(order, place)] = place + 1;
  return placeOf;
}

/** By index in `lookers`: the least place. */
function leastPlaces(
  { calledAt, returnedAt, byReturn, found }: RegisterPart,
  lookers: Int32Array,
  { held, nextChange, latestCall, placeOf }: Places,
): { readonly places: Int32Array; readonly stuck: readonly Stuck[] } {
  const places = new Int32Array(lookers.length);
  const stuck: Stuck[] = [];
  let returns = 0;
  let latest = 0;
  for (let index = 0; index < lookers.length; index++) {
    const looker = intAt(lookers, index);
    const called = intAt(calledAt, looker);
    while (returns < byReturn.length) {
      const returned = intAt(byReturn, returns);
      if (intAt(returnedAt, returned) > called) break;
      latest = Math.max(latest, intAt(placeOf, returned));
      returns++;
    }
    const isDenied = intAt(held, latest) === intAt(found, looker);
    const place = isDenied ? intAt(nextChange, latest) : latest;
    if (place === held.length || intAt(latestCall, place) > intAt(returnedAt, looker)) {
      stuck.push({ looker, at: latest });
    } else {
      places[index] = place;
      placeOf[looker] = place;
    }
  }
  return { places, stuck };
}

function merged(order: Int32Array, lookers: Int32Array, places: Int32Array): Int32Array {
  const whole = new Int32Array(order.length + lookers.length);
  // Where the next looker of a place goes: after all of earlier places and their operations.
  const next = new Int32Array(order.length + 2);
  for (let index = 0; index < places.length; index++) {
    const after = intAt(places, index) + 1;
    next[after] = intAt(next, after) + 1;
  }
  for (let place = 1; place < next.length; place++) {
    next[place] = intAt(next, place) + intAt(next, place - 1) + 1;
  }
  for (let place = 0; place < order.length; place++) {
    whole[intAt(next, place + 1) - 1] = intAt(order, place);
  }
  for (let index = 0; index < places.length; index++) {
    const place = intAt(places, index);
    const at = intAt(next, place);
    next[place] = at + 1;
    whole[at] = intAt(lookers, index);
  }
  return whole;
}
