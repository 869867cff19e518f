import { expect, it } from "vitest";
import { seededRandom } from "../src/generator/seeded-random.js";
import { none } from "./none.js";

it("has nothing to ask for, during the load or after it", () => {
  const workload = none();
  expect(workload.kinds).toEqual([]);
  expect(workload.checkers).toEqual({});
  expect([...workload.finalOperations(["n1", "n2"])]).toEqual([]);
});

it("refuses to make an operation rather than to make one up", () => {
  const context = { thread: 0, threads: 1, random: seededRandom(1) };
  expect(() => none().thread(context).next()).toThrow("has none to make");
});
