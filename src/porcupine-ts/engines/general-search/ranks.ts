import { intAt } from "../../at.js";
import { giveBack, takeInts } from "../../pool.js";
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
  /** All certain operations in the order of their calls; `size` is the seam. */
  readonly ring: Ring;
  /** What all these are cut from: it may be given back when nobody uses them any more. */
  readonly columns: Int32Array;
}

export function rankByReturn(part: GeneralPart): Ranks {
  const { timeline, indexes, readOnly, resets } = part;
  const { byReturn } = timeline;
  const size = byReturn.length;
  const columns = takeInts(11 * size + 3);
  let cut = 0;
  const column = (length: number) => columns.subarray(cut, (cut += length));
  const ranks = {
    columns,
    size,
    numbers: byReturn,
    indexes: column(size),
    calledAt: column(size),
    returnedAt: column(size),
    readOnly: column(size),
    resets: column(size),
    byCall: column(size),
    slot: column(size),
    nextLook: column(size + 1),
    ring: { next: column(size + 1), previous: column(size + 1) },
  };
  for (let rank = 0; rank < size; rank++) {
    const number = intAt(byReturn, rank);
    ranks.indexes[rank] = intAt(indexes, number);
    ranks.calledAt[rank] = intAt(timeline.calledAt, number);
    ranks.returnedAt[rank] = intAt(timeline.returnedAt, number);
    ranks.readOnly[rank] = readOnly[number] ?? 0;
    ranks.resets[rank] = resets[number] ?? 0;
  }
  noteCallOrder(timeline, ranks.byCall);
  noteNextLooks(ranks.readOnly, ranks.nextLook);
  closeRing(ranks.byCall, ranks.ring);
  return { ...ranks, slots: assignSlots(ranks, column(size)) };
}

function noteCallOrder(timeline: GeneralPart["timeline"], byCall: Int32Array): void {
  const { count, byReturn } = timeline;
  const rankOf = takeInts(count);
  for (let rank = 0; rank < byReturn.length; rank++) rankOf[intAt(byReturn, rank)] = rank;
  let calls = 0;
  for (let number = 0; number < count; number++) {
    if (isCertain(timeline, number)) byCall[calls++] = intAt(rankOf, number);
  }
  giveBack(rankOf);
}

function noteNextLooks(readOnly: Int32Array, nextLook: Int32Array): void {
  const size = readOnly.length;
  nextLook[size] = size;
  for (let rank = size - 1; rank >= 0; rank--) {
    nextLook[rank] = readOnly[rank] === 1 ? rank : intAt(nextLook, rank + 1);
  }
}

/**
 * A free slot at a call, freed at its return. Unknown operations take none. Gives how many there
 * are. `free` has room for all.
 */
function assignSlots(
  {
    size,
    byCall,
    calledAt,
    returnedAt,
    slot,
  }: Pick<Ranks, "size" | "byCall" | "calledAt" | "returnedAt" | "slot">,
  free: Int32Array,
): number {
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
  return slots;
}

/** Two-way links. Beyond the last element is the seam, which closes the ring. */
export interface Ring {
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

function closeRing(byCall: Int32Array, { next, previous }: Ring): void {
  const seam = byCall.length;
  let last = seam;
  for (let call = 0; call < byCall.length; call++) {
    const rank = intAt(byCall, call);
    next[last] = rank;
    previous[rank] = last;
    last = rank;
  }
  next[last] = seam;
  previous[seam] = last;
}
