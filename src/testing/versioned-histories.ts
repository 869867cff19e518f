import type { RegisterInput, RegisterOutput, RegisterValue } from "../models/register.js";
import type { Operation } from "../porcupine-ts/model.js";
import type { Draw } from "./register-histories.js";

export type VersionedOperation = Operation<RegisterInput, RegisterOutput>;

/**
 * Operations of a correct key with revisions, some of which other keys use up, in the order in which
 * they took effect. Up to `spoilt` of them are then moved in time or given another answer, so that
 * histories are valid or not, both often. Values are few.
 */
export function versionedHistory(
  draw: Draw,
  options: {
    readonly operations: number;
    /** About how many overlap. */
    readonly clients: number;
    readonly spoilt: number;
    readonly unknownPercent: number;
    readonly key?: string;
  },
): VersionedOperation[] {
  const { operations, clients, unknownPercent, key = "x" } = options;
  const spoilt = new Set(Array.from({ length: options.spoilt }, () => draw(operations + 1)));
  let held: RegisterValue = null;
  let revision = 0;
  let next = 1;
  return Array.from({ length: operations }, (_, index) => {
    const isSpoilt = spoilt.has(index);
    const moved = isSpoilt ? draw(9) - 4 : 0;
    const call = 2 * index - draw(2 * clients) + moved;
    const returned = Math.max(call, 2 * index + draw(2 * clients) + moved);
    const isUnknown = draw(100) < unknownPercent;
    const takesEffect = !isUnknown || draw(2) === 0;
    const wrong = isSpoilt && draw(2) === 0 ? draw(3) - 1 : 0;
    const seen = isSpoilt && draw(3) === 0 ? 1 + draw(3) : held;
    const finish = (input: RegisterInput, output: RegisterOutput): VersionedOperation =>
      isUnknown ? { input, call } : { input, output, call, return: returned };
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
