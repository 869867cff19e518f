import { intAt } from "../../at.js";
import { type GeneralPart, isCertain } from "./general-part.js";

/** What returned is *certain*: it is numbered by *rank*, its place in the order of returns. */
export interface Ranks {
  /** How many certain operations there are. */
  readonly size: number;
  /** By rank: its number in the part, and its index in the history. */
  readonly numbers: Int32Array;
  readonly indexes: Int32Array;
  readonly calledAt: Int32Array;
  readonly returnedAt: Int32Array;
  /** By rank: 1 where it never changes the state. */
  readonly readOnly: Int32Array;
  /** By rank: the first rank from there on that never changes the state, `size` for none. */
  readonly nextLook: Int32Array;
  /** By rank: 1 where it resets. */
  readonly resets: Int32Array;
  /** Ranks in the order of their calls. */
  readonly byCall: Int32Array;
  /** By rank: a number that no operation that overlaps it has. */
  readonly slot: Int32Array;
  /** How many slots there are: the most operations that were ever open at once. */
  readonly slots: number;
}

export function rankByReturn({ timeline, indexes, readOnly, resets }: GeneralPart): Ranks {
  const { byReturn, calledAt, returnedAt } = timeline;
  const byCall = ranksInCallOrder(timeline);
  const ranks = {
    size: byReturn.length,
    numbers: byReturn,
    indexes: byRank(byReturn, indexes),
    calledAt: byRank(byReturn, calledAt),
    returnedAt: byRank(byReturn, returnedAt),
    readOnly: byRank(byReturn, readOnly),
    resets: byRank(byReturn, resets),
    byCall,
  };
  return { ...ranks, nextLook: nextOf(ranks.readOnly), ...assignSlots(ranks) };
}

/** By place, and one beyond the last: the next one that is 1. */
function nextOf(flags: Int32Array): Int32Array {
  const next = new Int32Array(flags.length + 1).fill(flags.length);
  for (let place = flags.length - 1; place >= 0; place--) {
    next[place] = flags[place] === 1 ? place : intAt(next, place + 1);
  }
  return next;
}

function byRank(byReturn: Int32Array, byNumber: Int32Array | Uint8Array): Int32Array {
  const column = new Int32Array(byReturn.length);
  for (let rank = 0; rank < column.length; rank++) {
    column[rank] = byNumber[intAt(byReturn, rank)] ?? 0;
  }
  return column;
}

function ranksInCallOrder(timeline: GeneralPart["timeline"]): Int32Array {
  const { count, byReturn } = timeline;
  const rankOf = new Int32Array(count);
  for (let rank = 0; rank < byReturn.length; rank++) rankOf[intAt(byReturn, rank)] = rank;
  const byCall = new Int32Array(byReturn.length);
  let calls = 0;
  for (let number = 0; number < count; number++) {
    if (isCertain(timeline, number)) byCall[calls++] = intAt(rankOf, number);
  }
  return byCall;
}

/** A free slot at a call, freed at its return. Unknown operations take none. */
function assignSlots({
  size,
  byCall,
  calledAt,
  returnedAt,
}: Pick<Ranks, "size" | "byCall" | "calledAt" | "returnedAt">): Pick<Ranks, "slot" | "slots"> {
  const slot = new Int32Array(size);
  const free = new Int32Array(size);
  let freed = 0;
  let slots = 0;
  let returns = 0;
  for (let call = 0; call < size; call++) {
    const rank = intAt(byCall, call);
    while (intAt(returnedAt, returns) < intAt(calledAt, rank)) {
      free[freed++] = intAt(slot, returns++);
    }
    slot[rank] = freed > 0 ? intAt(free, --freed) : slots++;
  }
  return { slot, slots };
}

/** Two-way links. Beyond the last element is the seam, which closes the ring. */
export interface Lists {
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

/** All certain operations in the order of their calls; `size` is the seam. */
export function ringInCallOrder({ size, byCall }: Ranks): Lists {
  const next = new Int32Array(size + 1);
  const previous = new Int32Array(size + 1);
  let last = size;
  for (let call = 0; call < size; call++) {
    const rank = intAt(byCall, call);
    next[last] = rank;
    previous[rank] = last;
    last = rank;
  }
  next[last] = size;
  previous[size] = last;
  return { next, previous };
}
