import type { RegisterInput, RegisterOutput, RegisterValue } from "../models/register.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";
import { fates, type Spoiling } from "./spoilt-times.js";

export type VersionedOperation = Operation<RegisterInput, RegisterOutput>;

/**
 * Operations of a correct key with revisions, some of which other keys use up, in the order in which
 * they took effect. Up to `spoilt` of them are then moved in time or given another answer, so that
 * histories are valid or not, both often. Values are few.
 */
export function versionedHistory(
  draw: Draw,
  options: Spoiling & {
    readonly key?: string;
  },
): VersionedOperation[] {
  const { operations, key = "x" } = options;
  const fateOf = fates(draw, options);
  let held: RegisterValue = null;
  let revision = 0;
  let next = 1;
  return Array.from({ length: operations }, (_, index) => {
    const { isSpoilt, isUnknown, finish } = fateOf(index);
    const takesEffect = !isUnknown || draw(2) === 0;
    const wrong = isSpoilt && draw(2) === 0 ? draw(3) - 1 : 0;
    const seen = isSpoilt && draw(3) === 0 ? 1 + draw(3) : held;
    next += draw(3);
    const value = 1 + draw(3);
    const kind = draw(10);
    if (kind < 4) {
      const output = { value: seen, modRevision: Math.max(0, revision + wrong), version: 0 };
      return finish({ f: "read", key }, output);
    }
    if (kind < 7) {
      if (takesEffect) [held, revision] = [value, next];
      return finish({ f: "write", key, value }, { revision: Math.max(0, next++ + wrong) });
    }
    const expected = draw(3) > 0 ? held : 1 + draw(3);
    const expectedRevision = draw(3) > 0 ? revision : draw(revision + 1);
    const guard = draw(2) === 0 ? "value" : "mod";
    const input: RegisterInput =
      guard === "value"
        ? { f: "cas", key, on: "value", expected, value }
        : { f: "cas", key, on: "mod", expected: held, expectedRevision, value };
    const swaps = guard === "value" ? expected === held : expectedRevision === revision;
    if (!swaps) {
      const foundRevision = Math.max(0, revision + wrong);
      return finish(input, { swapped: false, found: seen, foundRevision });
    }
    if (takesEffect) [held, revision] = [value, next];
    return finish(input, { swapped: true, revision: Math.max(0, next++ + wrong) });
  });
}
