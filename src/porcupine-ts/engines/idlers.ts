import { kinds, noValue } from "../parts/register-part.js";
import { never, type Timeline } from "../parts/timeline.js";
import { intAt } from "../at.js";
import { placeLookers } from "./zones/lookers.js";

/**
 * Puts what returned, is legal everywhere and leaves everything as it is into an order that agrees
 * with time: that is always possible, right after all that had returned before.
 */
export function withIdlers(
  timeline: Timeline,
  order: Int32Array,
  isIdle: (number: number) => boolean,
): Int32Array {
  const { count, returnedAt } = timeline;
  const kind = new Uint8Array(count).fill(kinds.write);
  let idlers = 0;
  for (let number = 0; number < count; number++) {
    if (!isIdle(number) || intAt(returnedAt, number) === never) continue;
    kind[number] = kinds.nothing;
    idlers++;
  }
  if (idlers === 0) return order;
  // A register on which nothing depends.
  const values = new Int32Array(count).fill(noValue);
  const placed = placeLookers({ ...timeline, kind, found: values, left: values, values: 1 }, order);
  if (placed.outcome === "stuck") throw new Error("what is legal everywhere must find a place");
  return placed.order;
}
