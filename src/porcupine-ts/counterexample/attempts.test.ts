import { expect, it } from "vitest";
import { registerModel } from "../../models/register.js";
import { type RegisterOperation, read, write } from "../../testing/register-histories.js";
import { record } from "../parts/recorded.js";
import { attemptsOf, mostShown } from "./attempts.js";

/** All of the history, in the order of calls. */
function attempts(history: readonly RegisterOperation[]) {
  const members = history.map(({ call, return: returned = Infinity }, index) => ({
    index,
    calledAt: call,
    returnedAt: returned,
  }));
  return attemptsOf(registerModel, record(registerModel, history), members);
}

const atOnce = (count: number) =>
  Array.from({ length: count }, (_, i) => write(i, [i, 100])) satisfies RegisterOperation[];

it("shows a dozen of many orders, the farthest, and counts the others", () => {
  // Four writes in any order; the last one decides which of the two reads comes.
  const { shown, others, isComplete } = attempts([
    ...atOnce(4),
    read(0, [101, 110]),
    read(1, [102, 110]),
  ]);
  expect({ shown: shown.length, others, isComplete }).toEqual({
    shown: mostShown,
    others: 24 - mostShown,
    isComplete: true,
  });
  expect(shown.map(({ order }) => order.length)).toEqual(Array.from({ length: 12 }, () => 5));
});

it("stops counting where there are too many, and says so", () => {
  const { shown, others, isComplete } = attempts([...atOnce(9), read(10, [101, 102])]);
  expect(shown).toHaveLength(mostShown);
  expect(others).toBeGreaterThan(1_000);
  expect(isComplete).toBe(false);
});

it("tries none where there are more operations than anybody would read", () => {
  expect(attempts([...atOnce(16), read(20, [101, 102])])).toEqual({
    shown: [],
    others: 0,
    isComplete: false,
  });
});

it("lets nothing come before what had returned when it was called", () => {
  const { shown } = attempts([write(1, [0, 1]), write(2, [2, 3]), read(1, [4, 5])]);
  expect(shown.map(({ order }) => order.map(({ operation }) => operation))).toEqual([[0, 1]]);
});
