import { expect, it } from "vitest";
import type { CheckContext, Checker } from "../core/checker.js";
import { historyOf } from "../testing/histories.js";
import { checkAll, type NamedProgress } from "./check-all.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const fine: Checker = { check: () => ({ validity: "valid", summary: "Fine.", findings: [] }) };

it("takes a checker that throws for one that could not judge, and asks the others", async () => {
  const broken: Checker = {
    check: () => {
      throw new Error("no such field");
    },
  };
  const rejecting: Checker = { check: () => Promise.reject(new Error("no memory")) };
  const verdicts = await checkAll({ broken, rejecting, fine }, historyOf([]), context);
  expect(verdicts).toMatchObject({
    broken: { validity: "unknown", summary: "The checker failed: no such field" },
    rejecting: { validity: "unknown", summary: "The checker failed: no memory" },
    fine: { validity: "valid" },
  });
  expect(Object.keys(verdicts)).toEqual(["broken", "rejecting", "fine"]);
});

it("shares one deadline among all", async () => {
  const given: number[] = [];
  const watchful: Checker = {
    check(_, { deadlineMs }) {
      given.push(deadlineMs);
      const until = process.hrtime.bigint() + 2_000_000n;
      while (process.hrtime.bigint() < until);
      return { validity: "valid", summary: "", findings: [] };
    },
  };
  await checkAll({ a: watchful, b: watchful }, historyOf([]), { ...context, deadlineMs: 1 });
  expect(given[0]).toBeLessThanOrEqual(1);
  expect(given[1]).toBe(0);
});

it("tells which checker is at work, and how far it says it is", async () => {
  const half = { partitions: 2, decided: 1, visited: 7, elapsedMs: 3 };
  const telling: Checker = {
    check(_, { onProgress }) {
      onProgress?.(half);
      return { validity: "valid", summary: "", findings: [] };
    },
  };
  const told: NamedProgress[] = [];
  const onProgress = (progress: NamedProgress) => told.push(progress);
  await checkAll({ telling, fine }, historyOf([]), { ...context, onProgress });
  const begun = { partitions: 0, decided: 0, visited: 0, elapsedMs: 0 };
  expect(told).toEqual([
    { checker: "telling", ...begun },
    { checker: "telling", ...half },
    { checker: "fine", ...begun },
  ]);
});
