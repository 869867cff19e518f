import { intAt } from "../../at.js";
import type { Decision } from "../../parts/order.js";
import { kinds, type RegisterPart } from "../../parts/register-part.js";
import {
  agreesWithTime,
  blocksInTurn,
  type History,
  type Kept,
  keptOperations,
  producersOf,
  rootsByKey,
  type Stages,
  stagesOf,
  wasFound,
  withOneProducerEach,
  withoutDenials,
} from "./blocks.js";
import { type BlockOrder, fitByMoving } from "./move-blocks.js";

/**
 * Decides registers in time that grows with the number of operations alone, however many clients
 * there are, as long as no value that somebody found was produced twice.
 *
 * Why it is right. Call a value *needed* if an operation that must be in the order found it. Say
 * that each needed value has one producer, the initial value being produced before all else.
 *
 * 1. Operations that never returned. One that produces a needed value is in every order, so what it
 *    found is needed too; all others may be left out. For what stays finds needed values only, each
 *    of which stands there from its producer on; no other operation puts it there, and what was
 *    left out did not.
 * 2. Blocks. A needed value is there once, from its producer to the next operation that produces
 *    anything. All that found it stand in between, and if a swap found it, that swap is what ends
 *    it. So a write, what found its value, the swap from there, what found the swap's value, and so
 *    on, stand together in this order; only those that read one value are free among themselves,
 *    and for them the order of their calls agrees with time if any does. The first block belongs to
 *    the initial value. An operation that finds no place in a block has none in any order: it found
 *    what nobody produced, or what another swap ended, or it is on a ring of swaps.
 * 3. The order of blocks. Let m be a block's earliest return and M its latest call. Block A has to
 *    come before B if and only if m(A) < M(B): then something in A had returned when something in B
 *    was called. Where an order exists, B does not have to come before A as well, so M(A) < m(B).
 *    Both taken together, min(m(A), M(A)) < min(m(B), M(B)), and max(m(A), M(A)) < max(m(B), M(B)):
 *    sorting blocks by either gives an order if there is any. The initial value's block is first.
 *    Times are all different, and so are the keys: a table of times sorts them.
 *
 * So there is one order to look at. The history is linearizable if and only if all that must be in
 * it found a place and it agrees with time.
 *
 * What only looks whether the register holds something else ("differs") is left out of all this:
 * without it invalid means invalid, since it changes nothing. If its value was there all the time,
 * the history is invalid (4.). Otherwise it is fitted into the orders by either key, in which
 * blocks may move where time lets them; if that does not help, this engine cannot tell.
 *
 * 4. A needed value is there without a break from its producer to the last that found it. An
 *    operation that was called after one of these had returned, and returned before another of
 *    these was called, is among them in every order.
 *
 * Where a needed value was produced several times, this engine may still say invalid. Let whatever
 * found such a value have found anything: its reads vanish, swaps from it turn into writes. An
 * order of the history is then an order of this one too, in which each needed value has one
 * producer. If it has none, the history has none.
 *
 * P. Gibbons and E. Korach, "Testing Shared Memories", 1997, has the blocks of writes and reads;
 * that a block may go on through swaps, what never returned and what only looks are additions.
 */
export function decideByZones(part: RegisterPart): Decision {
  const producer = producersOf(part);
  const history = withoutDenials(part);
  const kept = keptOperations(history, producer);
  if (kept) return decideWithOneProducerEach(part, history, kept);
  const relaxed = withOneProducerEach(history, producer);
  return { outcome: isImpossible(part, relaxed, producer) ? "invalid" : "undecided" };
}

function decideWithOneProducerEach(part: RegisterPart, history: History, kept: Kept): Decision {
  const stages = stagesOf(history, kept);
  const roots = rootsByKey(history, stages, "start");
  const order = blocksInTurn(history, stages, roots);
  if (!isOrderOfAll(history, stages, order)) return { outcome: "invalid" };
  if (isDeniedWhileThere(part, stages)) return { outcome: "invalid" };
  const whole =
    fitByMoving(part, { history, stages, roots, order }) ??
    fitByMoving(part, byEnd(history, stages));
  return whole ? { outcome: "valid", order: whole } : { outcome: "undecided" };
}

function byEnd(history: History, stages: Stages): BlockOrder {
  const roots = rootsByKey(history, stages, "end");
  return { history, stages, roots, order: blocksInTurn(history, stages, roots) };
}

/** For a history in which each needed value has one producer. */
function isImpossible(part: RegisterPart, relaxed: History, producer: Int32Array): boolean {
  const kept = keptOperations(relaxed, producer);
  if (!kept) throw new Error("no value that was found may have several producers any more");
  const stages = stagesOf(relaxed, kept);
  const order = blocksInTurn(relaxed, stages, rootsByKey(relaxed, stages, "start"));
  return !isOrderOfAll(relaxed, stages, order) || isDeniedWhileThere(part, stages);
}

function isOrderOfAll(history: History, stages: Stages, order: Int32Array): boolean {
  return order.length === stages.length && agreesWithTime(history, order);
}

/** Whether something says that the register differs from what was there all the while (4.). */
function isDeniedWhileThere(
  { count, kind, found, calledAt, returnedAt }: RegisterPart,
  stages: Stages,
): boolean {
  for (let number = 0; number < count; number++) {
    if (kind[number] !== kinds.differs) continue;
    const value = intAt(found, number);
    if (
      wasFound(stages, value) &&
      intAt(stages.earliestReturn, value) < intAt(calledAt, number) &&
      intAt(returnedAt, number) < intAt(stages.latestCall, value)
    ) {
      return true;
    }
  }
  return false;
}
