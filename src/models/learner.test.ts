import { expect, it } from "vitest";
import { check } from "../porcupine-ts/check.js";
import { learnerModel, type LearnerInput, type LearnerOutput } from "./learner.js";

const add: LearnerInput = { f: "add", learner: 1, address: "a" };
const move: LearnerInput = { f: "update", learner: 1, address: "b" };
const remove: LearnerInput = { f: "remove", learner: 1 };
const look: LearnerInput = { f: "look", learner: 1 };
const done: LearnerOutput = { address: null };

/** One after the other; what is looked for is an address or null. */
async function judged(...steps: readonly (LearnerInput | string | null)[]) {
  const operations = steps.map((step, position) => {
    const isLook = step === null || typeof step === "string";
    const input = isLook ? look : step;
    const output = isLook ? { address: step } : done;
    return { input, output, call: 2 * position, return: 2 * position + 1 };
  });
  const limits = { deadlineMs: 10_000, memoryMb: 100 };
  return (await check(learnerModel, operations, limits)).validity;
}

it.each([
  { story: [null, add, "a", move, "b", remove, null], title: "a whole life" },
  { story: [add, remove, null, null], title: "one that nobody saw" },
])("takes $title", async ({ story }) => {
  expect(await judged(...story)).toBe("valid");
});

it.each([
  { story: ["a", add], title: "one that was there before it was added" },
  { story: [add, null], title: "one that is not there although it was added" },
  { story: [add, move, "a"], title: "an address from before the update" },
  { story: [add, remove, "a"], title: "one that comes back" },
  { story: [add, remove, move], title: "another address of one that was removed" },
  { story: [add, add], title: "an addition for a second time" },
  { story: [remove], title: "a removal of nobody" },
])("objects to $title", async ({ story }) => {
  expect(await judged(...story)).toBe("invalid");
});

it("keeps learners apart", async () => {
  const other = { input: { f: "look", learner: 2 } as const, output: { address: null } };
  const limits = { deadlineMs: 10_000, memoryMb: 100 };
  const added = { input: add, output: done, call: 0, return: 1 };
  const { validity, partitions } = await check(
    learnerModel,
    [added, { ...other, call: 2, return: 3 }],
    limits,
  );
  expect(validity).toBe("valid");
  expect(partitions).toHaveLength(2);
});

it("says what it objects to", () => {
  const found = { address: "b" };
  expect(learnerModel.explain?.({ at: "a" }, look, found)).toBe(
    "it listed it at b, but the learner was at a",
  );
  expect(learnerModel.explain?.("removed", look, found)).toBe(
    "it listed it at b, but the learner was removed",
  );
  expect(learnerModel.explain?.({ at: "a" }, look, done)).toBe(
    "it listed no such member, but the learner was at a",
  );
  expect(learnerModel.describeState?.({ at: "a" })).toBe("a member at a");
  expect(learnerModel.describeOperation?.(move, undefined)).toBe(
    "maybe told it another address, b",
  );
});
