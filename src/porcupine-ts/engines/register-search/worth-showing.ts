import { intAt } from "../../at.js";
import { noValue } from "../../parts/register-part.js";
import { noClass, type Crashed } from "./crashed.js";
import { differsKind, readKind, type Returned, swapKind, writeKind } from "./returned.js";

/**
 * By rank: 1 for a write whose value something called after its return could still see. That
 * something must be called before the first return of an operation that was itself called after
 * the write's return and does more than differ: this one is placed in between, and it either needs
 * another value, or leaves one, or is itself what sees the value. The rule "nothing to show".
 */
export function worthShowingLater(
  returned: Returned,
  crashed: Crashed,
  { values, positions }: { readonly values: number; readonly positions: number },
): Uint8Array {
  const { size, kind, found, left, calledAt, returnedAt } = returned;
  const isWorth = new Uint8Array(size);
  const ends = windowEnds(returned);
  const calls = operationsByPosition(size, calledAt, positions);
  const returns = operationsByPosition(size, returnedAt, positions);
  const nextAsking = new Int32Array(values).fill(positions);
  let nextAskingAny = positions;
  let nextDiffering = positions;
  let nextDifferingFrom: number = noValue;
  let nextDifferingOtherwise = positions;
  for (let time = positions - 1; time >= 0; time--) {
    const called = intAt(calls, time);
    const ended = intAt(returns, time);
    if (called >= 0) {
      const its = intAt(kind, called);
      const asks = intAt(found, called);
      if (its === readKind || its === swapKind) nextAskingAny = nextAsking[asks] = time;
      if (its === differsKind && asks !== noValue) {
        if (asks !== nextDifferingFrom) nextDifferingOtherwise = nextDiffering;
        nextDiffering = time;
        nextDifferingFrom = asks;
      }
    } else if (ended >= 0 && intAt(kind, ended) === writeKind) {
      const value = intAt(left, ended);
      const isSwappable = intAt(crashed.firstFinding, value) !== noClass;
      const seenAt = Math.min(
        isSwappable ? nextAskingAny : intAt(nextAsking, value),
        nextDifferingFrom === value ? nextDifferingOtherwise : nextDiffering,
      );
      if (seenAt < intAt(ends, ended)) isWorth[ended] = 1;
    }
  }
  return isWorth;
}

/** By rank: the first return of what was called after this one's return and does not only differ. */
function windowEnds({ size, kind, calledAt, returnedAt }: Returned): Int32Array {
  const ends = new Int32Array(size).fill(0x7fffffff);
  let candidate = 0;
  for (let rank = 0; rank < size; rank++) {
    // What qualifies for a later return qualifies for an earlier one: no need to go back.
    while (
      candidate < size &&
      (intAt(calledAt, candidate) < intAt(returnedAt, rank) ||
        intAt(kind, candidate) === differsKind)
    ) {
      candidate++;
    }
    if (candidate === size) break;
    ends[rank] = intAt(returnedAt, candidate);
  }
  return ends;
}

function operationsByPosition(size: number, at: Int32Array, positions: number): Int32Array {
  const operations = new Int32Array(positions).fill(-1);
  for (let rank = 0; rank < size; rank++) operations[intAt(at, rank)] = rank;
  return operations;
}
