import { expect, it } from "vitest";
import { never, type Timeline } from "../parts/timeline.js";
import { orderByRank, unranked } from "./order-by-rank.js";

/** Called at 0, 1, 2, 3; number 1 returned before 2 was called, number 3 never. */
const timeline: Timeline = {
  count: 4,
  calledAt: Int32Array.of(0, 1, 3, 4),
  returnedAt: Int32Array.of(5, 2, 6, never),
  byReturn: Int32Array.of(1, 0, 2),
};

it.each<[string, number[], number[] | undefined]>([
  ["ranks go down while all are open", [9, 4, 6, 5], [1, 3, 2, 0]],
  ["ranks are the same", [1, 1, 1, 1], [0, 1, 2, 3]],
  ["one has no rank", [3, unranked, 2, 1], [3, 2, 0]],
  ["a higher rank had returned before a lower one was called", [1, 9, 2, 3], undefined],
])("where %s", (_, ranks, expected) => {
  const order = orderByRank(timeline, Float64Array.from(ranks));
  expect(order && [...order]).toEqual(expected);
});

it("names a rank that is missing rather than sort by it", () => {
  expect(() => orderByRank(timeline, new Float64Array(2))).toThrow("no rank 2 of 2");
});
