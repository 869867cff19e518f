import type { SetInput, SetOutput } from "../models/set.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";

export type SetOperation = Operation<SetInput, SetOutput>;

/**
 * Operations of a correct set in the order in which they took effect, up to `spoilt` of which are
 * then moved in time or given another answer, so that histories are valid or not, both often.
 */
export function setHistory(
  draw: Draw,
  options: {
    readonly operations: number;
    /** About how many overlap. */
    readonly clients: number;
    readonly spoilt: number;
    readonly unknownPercent: number;
    /** Elements that are added again. */
    readonly repeatedPercent: number;
  },
): SetOperation[] {
  const { operations, clients, unknownPercent, repeatedPercent } = options;
  const spoilt = new Set(Array.from({ length: options.spoilt }, () => draw(operations + 1)));
  const held = new Set<string>();
  const key = "";
  return Array.from({ length: operations }, (_, index) => {
    const isSpoilt = spoilt.has(index);
    const moved = isSpoilt ? draw(9) - 4 : 0;
    const call = 2 * index - draw(2 * clients) + moved;
    const returned = Math.max(call, 2 * index + draw(2 * clients) + moved);
    const isUnknown = draw(100) < unknownPercent;
    const finish = (input: SetInput, output: SetOutput): SetOperation =>
      isUnknown ? { input, call } : { input, output, call, return: returned };
    if (draw(2) === 0) {
      const element = String(draw(100) < repeatedPercent ? draw(index + 1) : index);
      if (!isUnknown || draw(2) === 0) held.add(element);
      return finish({ f: "add", key, element }, { done: true });
    }
    const elements = [...held];
    if (isSpoilt && draw(2) === 0) elements.splice(draw(elements.length + 1), 1);
    if (isSpoilt && draw(3) === 0) elements.push(String(draw(index + 1)));
    if (draw(20) === 0) return finish({ f: "read", key }, { done: true });
    return finish({ f: "read", key }, { elements });
  });
}
