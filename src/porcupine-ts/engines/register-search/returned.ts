import { intAt } from "../../at.js";
import { kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";

/** Reads and what saw that the register differs: they change nothing. */
export const readKind = 0;
export const differsKind = 1;
export const writeKind = 2;
export const swapKind = 3;

/** The operations that returned, numbered from 0 in the order of their returns: by *rank*. */
export interface Returned {
  readonly size: number;
  /** By rank: the operation's number in the part. */
  readonly number: Int32Array;
  /** By rank: one of the kinds above. "nothing" is what differs from no value: always legal. */
  readonly kind: Int32Array;
  readonly found: Int32Array;
  readonly left: Int32Array;
  readonly calledAt: Int32Array;
  readonly returnedAt: Int32Array;
  /** Ranks in the order of their calls. */
  readonly inCallOrder: Int32Array;
  /**
   * By rank: the bit that says of an operation beyond the layer that it is placed, in one of three
   * masks: of what looks, of writes, of swaps. Operations of one mask that are open at the same
   * moment have different bits.
   */
  readonly maskWord: Int32Array;
  readonly maskBit: Int32Array;
  /** How many words each of the three masks has. */
  readonly words: number;
}

export function returnedOperations(part: RegisterPart): Returned {
  const size = part.byReturn.length;
  const number = part.byReturn;
  const kind = new Int32Array(size);
  const found = new Int32Array(size);
  const left = new Int32Array(size);
  const calledAt = new Int32Array(size);
  const returnedAt = new Int32Array(size);
  const rankOf = new Int32Array(part.count).fill(-1);
  for (let rank = 0; rank < size; rank++) {
    const its = intAt(number, rank);
    rankOf[its] = rank;
    kind[rank] = kindOf(part.kind[its]);
    found[rank] = part.kind[its] === kinds.nothing ? noValue : intAt(part.found, its);
    left[rank] = intAt(part.left, its);
    calledAt[rank] = intAt(part.calledAt, its);
    returnedAt[rank] = intAt(part.returnedAt, its);
  }
  const inCallOrder = rankOf.filter((rank) => rank >= 0);
  const columns = { size, number, kind, found, left, calledAt, returnedAt, inCallOrder };
  return { ...columns, ...masks(part, rankOf, kind) };
}

function kindOf(kind: number | undefined): number {
  switch (kind) {
    case kinds.read:
      return readKind;
    case kinds.write:
      return writeKind;
    case kinds.cas:
      return swapKind;
    default:
      return differsKind;
  }
}

/** 0: of what looks. 1: of writes. 2: of swaps. */
function maskOf(kind: number): number {
  return Math.max(0, kind - 1);
}

/** Gives each operation a slot in its mask that is free from its call to its return. */
function masks(part: RegisterPart, rankOf: Int32Array, kind: Int32Array) {
  const slot = new Int32Array(kind.length);
  const slots = [0, 0, 0];
  const free: [number[], number[], number[]] = [[], [], []];
  let toReturn = 0;
  for (let its = 0; its < part.count; its++) {
    const call = intAt(part.calledAt, its);
    while (
      toReturn < kind.length &&
      intAt(part.returnedAt, intAt(part.byReturn, toReturn)) < call
    ) {
      free[maskOf(intAt(kind, toReturn))]?.push(intAt(slot, toReturn));
      toReturn++;
    }
    if (part.returnedAt[its] === never) continue;
    const rank = intAt(rankOf, its);
    const mask = maskOf(intAt(kind, rank));
    const fresh = slots[mask] ?? 0;
    const freed = free[mask]?.pop();
    slot[rank] = freed ?? fresh;
    if (freed === undefined) slots[mask] = fresh + 1;
  }
  const words = Math.max(1, Math.ceil(Math.max(...slots) / 32));
  const maskWord = slot.map((its, rank) => maskOf(intAt(kind, rank)) * words + (its >> 5));
  return { maskWord, maskBit: slot.map((its) => 1 << (its & 31)), words };
}
