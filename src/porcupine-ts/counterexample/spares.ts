import { intAt } from "../at.js";
import { never } from "../parts/timeline.js";
import { listsBy } from "./producer-lists.js";
import { anyValue, none, type Traces } from "./traces.js";

/**
 * Writes that never returned and look at nothing. All of one value are alike but for their calls, so
 * of each value only as many matter as there are operations that may see it, those called first.
 * Where it is known which value each operation avoids that observes "not this one", the values that
 * nobody finds and nobody avoids are alike too: it makes no difference which of them was there.
 */
export interface Spares {
  startAgain(): void;
  /** Another operation observes the value (or any), and returned at `until` or counts as if so. */
  observe(value: number, until: number, keep: (number: number) => void): void;
}

export function createSpares(traces: Traces): Spares {
  const kindOf = kindsAlike(traces);
  const kinds = traces.values + 1;
  const lists = listsBy(traces, kinds, (number) =>
    isSpare(traces, number) ? kindOf(intAt(traces.produced, number)) : none,
  );
  const present = [
    ...new Set(Array.from(lists.members, (number) => kindOf(intAt(traces.produced, number)))),
  ];
  /** By kind: how many observe it, until when, and the place of the next one that is not kept. */
  const observers = new Int32Array(kinds);
  const latest = new Int32Array(kinds);
  const next = lists.starts.slice(0, kinds);
  let observersOfAny = 0;
  let latestOfAny = 0;

  function keepOfKind(kind: number, keep: (number: number) => void): void {
    const start = intAt(lists.starts, kind);
    const most = Math.min(
      start + intAt(observers, kind) + observersOfAny,
      intAt(lists.starts, kind + 1),
    );
    const until = Math.max(intAt(latest, kind), latestOfAny);
    for (let place = intAt(next, kind); place < most; place++) {
      const number = intAt(lists.members, place);
      if (intAt(traces.calledAt, number) >= until) return;
      keep(number);
      next[kind] = place + 1;
    }
  }

  return {
    startAgain() {
      observers.fill(0);
      latest.fill(0);
      next.set(lists.starts.subarray(0, kinds));
      observersOfAny = 0;
      latestOfAny = 0;
    },
    observe(value, until, keep) {
      if (value === anyValue) {
        observersOfAny++;
        latestOfAny = Math.max(latestOfAny, until);
        for (const kind of present) keepOfKind(kind, keep);
      } else {
        observers[value] = intAt(observers, value) + 1;
        latest[value] = Math.max(intAt(latest, value), until);
        keepOfKind(value, keep);
      }
    },
  };
}

export function isSpare({ produced, observed, returnedAt }: Traces, number: number): boolean {
  return produced[number] !== none && observed[number] === none && returnedAt[number] === never;
}

/** By value: a number that is the same for values that are alike. */
function kindsAlike({ count, observed, avoided, values }: Traces): (value: number) => number {
  const isLookedFor = new Uint8Array(values);
  for (let number = 0; number < count; number++) {
    const found = intAt(observed, number);
    const value = found === anyValue ? intAt(avoided, number) : found;
    if (found === anyValue && value === none) return (each) => each;
    if (value !== none) isLookedFor[value] = 1;
  }
  return (value) => (isLookedFor[value] === 1 ? value : values);
}
