import type { QueueInput, QueueOutput } from "../models/queue.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";

export type QueueOperation = Operation<QueueInput, QueueOutput>;

/**
 * Operations of a correct queue in the order in which they took effect, up to `spoilt` of which are
 * then moved in time or given another answer, so that histories are valid or not, both often.
 */
export function queueHistory(
  draw: Draw,
  options: {
    readonly operations: number;
    /** About how many overlap. */
    readonly clients: number;
    readonly spoilt: number;
    readonly unknownPercent: number;
    /** Values that are enqueued again. */
    readonly repeatedPercent: number;
  },
): QueueOperation[] {
  const { operations, clients, unknownPercent, repeatedPercent } = options;
  const spoilt = new Set(Array.from({ length: options.spoilt }, () => draw(operations + 1)));
  const queue: string[] = [];
  const key = "";
  return Array.from({ length: operations }, (_, index) => {
    const isSpoilt = spoilt.has(index);
    const moved = isSpoilt ? draw(9) - 4 : 0;
    const call = 2 * index - draw(2 * clients) + moved;
    const returned = Math.max(call, 2 * index + draw(2 * clients) + moved);
    const isUnknown = draw(100) < unknownPercent;
    const takesEffect = !isUnknown || draw(2) === 0;
    const finish = (input: QueueInput, output: QueueOutput): QueueOperation =>
      isUnknown ? { input, call } : { input, output, call, return: returned };
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
