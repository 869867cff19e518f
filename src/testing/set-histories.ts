import type { SetInput, SetOutput } from "../models/set.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";
import { fates, type Spoiling } from "./spoilt-times.js";

export type SetOperation = Operation<SetInput, SetOutput>;

/**
 * Operations of a correct set in the order in which they took effect, up to `spoilt` of which are
 * then moved in time or given another answer, so that histories are valid or not, both often.
 */
export function setHistory(
  draw: Draw,
  options: Spoiling & {
    /** Elements that are added again. */
    readonly repeatedPercent: number;
  },
): SetOperation[] {
  const { operations, repeatedPercent } = options;
  const fateOf = fates(draw, options);
  const held = new Set<string>();
  const key = "";
  return Array.from({ length: operations }, (_, index) => {
    const { isSpoilt, isUnknown, finish } = fateOf(index);
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
