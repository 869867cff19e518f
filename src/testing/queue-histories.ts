import type { QueueInput, QueueOutput } from "../models/queue.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";
import { fates, type Spoiling } from "./spoilt-times.js";

export type QueueOperation = Operation<QueueInput, QueueOutput>;

/**
 * Operations of a correct queue in the order in which they took effect, up to `spoilt` of which are
 * then moved in time or given another answer, so that histories are valid or not, both often.
 */
export function queueHistory(
  draw: Draw,
  options: Spoiling & {
    /** Values that are enqueued again. */
    readonly repeatedPercent: number;
  },
): QueueOperation[] {
  const { operations, repeatedPercent } = options;
  const fateOf = fates(draw, options);
  const queue: string[] = [];
  const key = "";
  return Array.from({ length: operations }, (_, index) => {
    const { isSpoilt, isUnknown, finish } = fateOf(index);
    const takesEffect = !isUnknown || draw(2) === 0;
    if (draw(2) === 0) {
      const value = String(draw(100) < repeatedPercent ? draw(index + 1) : index);
      if (takesEffect) queue.push(value);
      return finish({ f: "enqueue", key, value }, { done: true });
    }
    const first = takesEffect ? (queue.shift() ?? null) : null;
    const other = draw(3) === 0 ? null : String(draw(index + 1));
    return finish({ f: "dequeue", key }, { taken: isSpoilt && draw(2) === 0 ? other : first });
  });
}
