import { at, intAt } from "../at.js";
import { never } from "../parts/timeline.js";
import { type Lists, lastCalledBefore, listsBy } from "./producer-lists.js";
import { createSpares, isSpare } from "./spares.js";
import { anyValue, none, type Traces } from "./traces.js";

/**
 * Which operations may be left out of a history that is not linearizable, such that what stays
 * still proves that the whole is not. Taking away the write that a read saw would make a
 * contradiction that was never there. So, for models that say what operations produce and observe,
 * each operation o that stays, returned and observes a value keeps with it:
 *
 * 1. Every producer p of the value that o may have seen: called before o returned, and not *hidden*
 *    from o by an operation b that stays, produces something, was called after p had returned, and
 *    returned before o was called.
 * 2. Of the writes of the value that never returned and look at nothing, as many as there are
 *    operations that stay and observe it, those that were called first (spares.ts).
 * 3. The last producer of the value called before o returned, hidden or not. This one for the
 *    reader: a stale read is best shown with the write that it still saw.
 *
 * If o itself did not return, it need not have happened, and matters only where an operation x that
 * stays sees it. Then all that is hidden from x is hidden from o: between what o saw and x nothing
 * is produced but by o. So such an o is looked at from where x stands; x may have not returned
 * either, and be looked at from farther on. With o then stays what 1. to 3. say, seen from there.
 *
 * Claim: if the whole has an order, so has what stays. Take an order of the whole and take out what
 * does not stay. An operation o that stays was legal there because of p, the last before it that
 * produced something. p was called before o returned, and no b stands between p and o, so by 1. p
 * stays too, or is one of those of 2. Where it stays it is still the last one before o. As for those
 * of 2.: let them be at d1, d2, ... in the order, as far as an operation that stays sees them; there
 * are no more of one value than observers. Put the one that was called first at the place of d1, the
 * next at that of d2, and so on. The k-th of all was called no later than the latest of d1 to dk, so
 * what had returned by then stands before the place of dk. What never returned comes before nothing
 * in time. And what did not return and nobody who stays sees may go, as it need not have happened.
 *
 * Some operations observe that the value was *not* this or that. They count as observers of every
 * value in 1. and 2.
 */
export interface LeavingRule {
  /**
   * What must stay with `wanted`, and `wanted` itself: ascending. Of what was called before
   * `end`; what returned at or after it counts as not returned. `wanted` is in the order of returns,
   * those that did not return last.
   */
  stayingWith(wanted: Int32Array, end: number): Int32Array;
}

/** For models that do not say: then anything may go. */
export const anythingMayGo: LeavingRule = { stayingWith: (wanted) => wanted.toSorted() };

/**
 * `addsHiding`: keeps a write now and then that hides many others, so that less stays in all. Not
 * for the question whether a certain operation may go, which could be chosen for that write itself.
 */
export function leavingRule(
  traces: Traces,
  { addsHiding }: { readonly addsHiding: boolean },
): LeavingRule {
  const { returnedAt, observed } = traces;
  const producers = producersOf(traces);
  const spares = createSpares(traces);
  const stayedIn = new Int32Array(traces.count);
  /** Of what did not return: what was hidden from those that may see it, and in which round. */
  const hiddenFrom = new Int32Array(traces.count);
  const seenIn = new Int32Array(traces.count);
  let round = 0;
  return {
    stayingWith(wanted, end) {
      round++;
      spares.startAgain();
      const staying: number[] = [];
      const observers: number[] = [];
      const hiding = hidingAmong(traces, wanted);

      function keep(number: number): void {
        if (stayedIn[number] === round) return;
        stayedIn[number] = round;
        staying.push(number);
        if (observed[number] !== none && intAt(returnedAt, number) < end) observers.push(number);
      }

      /** What did not return is looked at again whenever somebody else sees it from farther. */
      function keepSeen(number: number, hidden: number): void {
        keep(number);
        if (observed[number] === none || intAt(returnedAt, number) < end) return;
        const isNew = seenIn[number] !== round;
        if (!isNew && intAt(hiddenFrom, number) <= hidden) return;
        if (isNew) spares.observe(intAt(observed, number), end, keep);
        seenIn[number] = round;
        hiddenFrom[number] = hidden;
        observers.push(number);
      }

      wanted.forEach(keep);
      // What is kept may observe something itself, and is looked at in its turn.
      for (let next = 0; next < observers.length; next++) {
        const observer = at(observers, next);
        const value = intAt(observed, observer);
        const returned = intAt(returnedAt, observer);
        if (returned < end) {
          const hidden = latestHiding(traces, hiding, observer);
          const seen = { value, observer, until: returned, hiding: hidden };
          if (addsHiding) hideMore(traces, producers, seen, keep);
          keepProducers(traces, producers, seen, keepSeen);
          spares.observe(value, returned, keep);
        } else {
          const hidden = intAt(hiddenFrom, observer);
          const seen = { value, observer, until: end, hiding: hidden };
          keepProducers(traces, producers, seen, keepSeen);
        }
      }
      return Int32Array.from(staying).sort();
    },
  };
}

interface Producers {
  /** By value: those that returned, and those that did not and found something themselves. */
  readonly answered: Lists;
  readonly unanswered: Lists;
  /** The same in one group. */
  readonly allAnswered: Lists;
  readonly allUnanswered: Lists;
}

function producersOf(traces: Traces): Producers {
  const { produced, returnedAt } = traces;
  const value = (number: number) => intAt(produced, number);
  const isUnanswered = (number: number) => returnedAt[number] === never;
  const answered = (number: number) => (isUnanswered(number) ? none : value(number));
  const unanswered = (number: number) =>
    isUnanswered(number) && !isSpare(traces, number) ? value(number) : none;
  const inOne = (valueOf: (number: number) => number) => (number: number) =>
    valueOf(number) === none ? none : 0;
  return {
    answered: listsBy(traces, traces.values, answered),
    unanswered: listsBy(traces, traces.values, unanswered),
    allAnswered: listsBy(traces, 1, inOne(answered)),
    allUnanswered: listsBy(traces, 1, inOne(unanswered)),
  };
}

interface Seen {
  readonly observer: number;
  readonly value: number;
  /** Its return, or the end. */
  readonly until: number;
  /** What had returned by then is hidden from it. */
  hiding: number;
}

/** By 1. and 3. */
function keepProducers(
  traces: Traces,
  producers: Producers,
  { observer, value, until, hiding }: Seen,
  keepSeen: (number: number, hiding: number) => void,
): void {
  const isAny = value === anyValue;
  const group = isAny ? 0 : value;
  const unanswered = isAny ? producers.allUnanswered : producers.unanswered;
  const answered = isAny ? producers.allAnswered : producers.answered;
  const firstUnanswered = intAt(unanswered.starts, group);
  for (let i = lastCalledBefore(unanswered, traces, group, until); i >= firstUnanswered; i--) {
    keepSeen(intAt(unanswered.members, i), hiding);
  }
  const first = intAt(answered.starts, group);
  let isLast = !isAny;
  for (let i = lastCalledBefore(answered, traces, group, until); i >= first; i--) {
    const number = intAt(answered.members, i);
    if (number === observer) continue;
    if (isLast || intAt(traces.returnedAt, number) > hiding) keepSeen(number, hiding);
    isLast = false;
    if (intAt(answered.latestReturn, i) <= hiding) return;
  }
}

/** What stays, produces something and returned: in the order of returns, with the latest call so far. */
interface Hiding {
  readonly returnedAt: Int32Array;
  readonly latestCall: Int32Array;
  readonly count: number;
}

function hidingAmong(traces: Traces, wanted: Int32Array): Hiding {
  const returnedAt = new Int32Array(wanted.length);
  const latestCall = new Int32Array(wanted.length);
  let count = 0;
  let latest = none;
  for (const number of wanted) {
    const returned = intAt(traces.returnedAt, number);
    if (traces.produced[number] === none) continue;
    latest = Math.max(latest, intAt(traces.calledAt, number));
    returnedAt[count] = returned;
    latestCall[count++] = latest;
  }
  return { returnedAt, latestCall, count };
}

/** The latest call of those that returned before the observer was called; `none` without any. */
function latestHiding(traces: Traces, hiding: Hiding, observer: number): number {
  const calledAt = intAt(traces.calledAt, observer);
  let before = -1;
  let after = hiding.count;
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (intAt(hiding.returnedAt, middle) < calledAt) before = middle;
    else after = middle;
  }
  return before < 0 ? none : intAt(hiding.latestCall, before);
}

/**
 * Keeps the write called last among those that returned before the observer was called, where that
 * hides several producers, or one that would keep others in its turn.
 */
function hideMore(
  traces: Traces,
  { answered, allAnswered }: Producers,
  seen: Seen,
  keep: (number: number) => void,
): void {
  const isAny = seen.value === anyValue;
  const lists = isAny ? allAnswered : answered;
  const group = isAny ? 0 : seen.value;
  const first = intAt(lists.starts, group);
  let write: number | undefined;
  let gain = 0;
  for (let i = lastCalledBefore(lists, traces, group, seen.until); i >= first; i--) {
    if (intAt(lists.latestReturn, i) <= seen.hiding) return;
    const number = intAt(lists.members, i);
    if (number === seen.observer || intAt(traces.returnedAt, number) <= seen.hiding) continue;
    write ??= lastWriteBefore(traces, intAt(traces.calledAt, seen.observer));
    if (write === none || intAt(traces.calledAt, write) <= seen.hiding) return;
    if (intAt(traces.returnedAt, number) >= intAt(traces.calledAt, write)) continue;
    gain += traces.observed[number] === none ? 1 : 2;
    if (gain < 2) continue;
    keep(write);
    seen.hiding = intAt(traces.calledAt, write);
    return;
  }
}

/** Of the writes that had returned by then, the one that was called last. */
function lastWriteBefore(traces: Traces, time: number): number {
  const { byReturn, returnedAt, calledAt, produced, observed } = traces;
  let write = none;
  let latest = none;
  for (let rank = returnsBefore(traces, time) - 1; rank >= 0; rank--) {
    const number = intAt(byReturn, rank);
    if (intAt(returnedAt, number) < latest) break;
    if (produced[number] === none || observed[number] !== none) continue;
    if (intAt(calledAt, number) <= latest) continue;
    write = number;
    latest = intAt(calledAt, number);
  }
  return write;
}

/** How many operations had returned by then. */
function returnsBefore({ byReturn, returnedAt }: Traces, time: number): number {
  let before = -1;
  let after = byReturn.length;
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (intAt(returnedAt, intAt(byReturn, middle)) < time) before = middle;
    else after = middle;
  }
  return after;
}
