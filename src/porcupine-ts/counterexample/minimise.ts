import { intAt } from "../at.js";
import { never } from "../parts/timeline.js";
import { leavingRule } from "./may-leave-out.js";
import type { RefutedPart } from "./refuted-part.js";
import { subTraces, type Traces } from "./traces.js";
import type { Stretch } from "./window.js";

export interface Minimised {
  /** Numbers of the part, ascending. */
  readonly kept: Int32Array;
  /** True where none of them may be left out (may-leave-out.ts) without making the rest valid. */
  readonly isMinimal: boolean;
}

/**
 * Leaves out one operation after another, in ever smaller chunks, as long as the rest has no order
 * either; there must be none at first. Deterministic. When the budget ends it stops where it is.
 */
export async function minimise(
  refuted: RefutedPart,
  { numbers: operations, end }: Stretch,
): Promise<Minimised> {
  let pool = poolOf(refuted, operations, end);
  let isMinimal = true;

  /** Whether the chunk, or what may go of it, has gone. */
  async function leaveOut(chunk: ReadonlySet<number>): Promise<boolean> {
    if (refuted.budget.expired()) isMinimal = false;
    if (!isMinimal) return false;
    const rest = pool.without(chunk);
    if (rest.length === pool.numbers.length) return false;
    const outcome = (await refuted.decide(rest, end, "full"))?.outcome ?? "undecided";
    if (outcome === "undecided") isMinimal = false;
    if (outcome !== "invalid") return false;
    pool = poolOf(refuted, rest, end);
    return true;
  }

  async function leaveOutAll(candidates: readonly number[], size: number): Promise<boolean> {
    let anyGone = false;
    for (let from = 0; from < candidates.length; from += size) {
      anyGone = (await leaveOut(new Set(candidates.slice(from, from + size)))) || anyGone;
    }
    return anyGone;
  }

  // What only looked goes first, so that a contradiction is told by those that made it; and late
  // ones first, which leaves the write that first replaced a value.
  for (const wanted of [true, false]) {
    for (let size = operations.length; ;) {
      const candidates = [...pool.numbers]
        .filter((number) => refuted.isReadOnly(number) === wanted)
        .reverse();
      size = Math.ceil(Math.min(size, candidates.length) / 2);
      await leaveOutAll(candidates, size);
      if (size <= 1) break;
    }
  }
  // What went may have set free what had to stay because of it.
  for (let again = true; again;) again = await leaveOutAll([...pool.numbers].reverse(), 1);
  return { kept: pool.numbers, isMinimal };
}

/** What is there to be left out of. */
interface Pool {
  readonly numbers: Int32Array;
  /** Without the chunk, but with what must stay of it. */
  without(chunk: ReadonlySet<number>): Int32Array;
}

function poolOf({ traces }: RefutedPart, numbers: Int32Array, end: number): Pool {
  if (!traces) {
    return { numbers, without: (chunk) => numbers.filter((number) => !chunk.has(number)) };
  }
  const own = subTraces(traces, numbers, end);
  const rule = leavingRule(own, { addsHiding: false });
  return {
    numbers,
    without(chunk) {
      const wanted = placesByReturn(own).filter((place) => !chunk.has(intAt(numbers, place)));
      return rule.stayingWith(wanted, never).map((place) => intAt(numbers, place));
    },
  };
}

/** Those that never returned come last. */
function placesByReturn({ count, byReturn, returnedAt }: Traces): Int32Array {
  const places = new Int32Array(count);
  places.set(byReturn);
  let length = byReturn.length;
  for (let place = 0; place < count; place++) {
    if (returnedAt[place] === never) places[length++] = place;
  }
  return places;
}
