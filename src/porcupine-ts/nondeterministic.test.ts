import { expect, it } from "vitest";
import { check } from "./check.js";
import type { Operation } from "./model.js";
import { nondeterministic } from "./nondeterministic.js";

/** A box that keeps one of the two things that are put into it, nobody knows which. */
const box = nondeterministic<string, readonly string[], string>({
  init: () => ["nothing"],
  step: (held, things, taken) =>
    things.length > 0 ? things : taken === undefined || taken === held ? [held] : [],
});

const put = (time: number, ...input: string[]) => ({ input, call: time, return: time + 1 });
const look = (time: number, output: string) => ({
  input: [],
  output,
  call: time,
  return: time + 1,
});

it("accepts any of the possible states, until one of them was seen", async () => {
  const validity = async (...operations: readonly Operation<readonly string[], string>[]) =>
    (await check(box, operations)).validity;
  expect(await validity(put(0, "a", "b"), look(2, "a"))).toBe("valid");
  expect(await validity(put(0, "a", "b"), look(2, "b"))).toBe("valid");
  expect(await validity(put(0, "a", "b"), look(2, "c"))).toBe("invalid");
  expect(await validity(put(0, "a", "b"), look(2, "a"), look(4, "b"))).toBe("invalid");
});

it("names all states that are possible", async () => {
  const { partitions } = await check(box, [put(0, "b", "a"), look(2, "c")]);
  expect(partitions[0]?.counterexample?.stuck[0]?.reason).toContain('in state "a" or "b"');
});
