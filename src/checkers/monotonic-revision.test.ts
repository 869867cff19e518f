import fc from "fast-check";
import { expect, it } from "vitest";
import { historyOf, info, ok } from "../testing/histories.js";
import { monotonicRevision } from "./monotonic-revision.js";

const context = { deadlineMs: 1_000, memoryMb: 64 };
const get = { f: "read" };
const told = (process: number, span: string, revision: number) =>
  ok(process, span, get, {}, { revision });

it("names both operations when a later request is told of an older revision", async () => {
  const history = historyOf([told(0, "0..1", 8), told(1, "3..4", 7)]);
  expect(await monotonicRevision().check(history, context)).toEqual({
    validity: "invalid",
    summary: "The revision ran backwards in 1 of 2 answers.",
    findings: [
      {
        message:
          "process 1 on n2 was told of revision 7, although process 0 on n1 had been told of revision 8 2 ms before it asked",
        operations: [0, 3],
      },
    ],
    details: { answers: 2, backwards: 1 },
  });
});

it("accepts an older revision in a request that was under way already", async () => {
  const history = historyOf([told(0, "1..2", 8), told(1, "0..4", 7)]);
  expect((await monotonicRevision().check(history, context)).validity).toBe("valid");
});

it("accepts the same revision again", async () => {
  const history = historyOf([told(0, "0..1", 8), told(1, "2..3", 8)]);
  expect((await monotonicRevision().check(history, context)).validity).toBe("valid");
});

it("leaves out what does not count, and what was never answered", async () => {
  const stale = ok(1, "2..3", { f: "serializable" }, {}, { revision: 1 });
  const history = historyOf([told(0, "0..1", 8), stale, info(2, "4..5", get)]);
  const checker = monotonicRevision({ counts: ({ input }) => input.f === "read" });
  expect(await checker.check(history, context)).toMatchObject({
    validity: "valid",
    summary: "The revision never ran backwards in 1 answer.",
  });
  expect((await monotonicRevision().check(history, context)).validity).toBe("invalid");
});

it("shows ten of many and says so", async () => {
  const old = Array.from({ length: 12 }, (_, i) => told(1, `${2 * i + 2}..${2 * i + 3}`, 7));
  const verdict = await monotonicRevision().check(historyOf([told(0, "0..1", 8), ...old]), context);
  expect(verdict.findings).toHaveLength(10);
  expect(verdict.summary).toBe(
    "The revision ran backwards in 12 of 13 answers. The first 10 are shown.",
  );
});

it("finds a step back exactly where two answers show one", () => {
  const span = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 6 }), fc.nat(4));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
      // Twice the place and its parity make all positions distinct.
      const operations = spans.map(([from, length, revision], i) =>
        told(i, `${40 * from + 2 * i}..${40 * (from + length) + 2 * i + 1}`, revision),
      );
      const stepsBack = operations.some((earlier, i) =>
        operations.some(
          (later, j) =>
            (earlier.completedIndex ?? Infinity) < later.index &&
            (spans[i]?.[2] ?? 0) > (spans[j]?.[2] ?? 0),
        ),
      );
      const verdict = monotonicRevision().check(historyOf(operations), context);
      expect(verdict).toMatchObject({ validity: stepsBack ? "invalid" : "valid" });
    }),
  );
});
