import { expect, it } from "vitest";
import { giveBack, takeInts, withPooledRoom } from "./pool.js";

it.each([0, 1, 2, 63, 64, 65, 1_000, 100_000])("gives at least %i zeros", (length) => {
  const taken = takeInts(length);
  expect(taken.length).toBeGreaterThanOrEqual(length);
  expect(taken.every((number) => number === 0)).toBe(true);
});

it("gives again what it was given back, as zeros, and to one alone", () => {
  const first = takeInts(500).fill(7);
  giveBack(first);
  const [again, other] = [takeInts(500), takeInts(500)];
  expect(again).toBe(first);
  expect(again.every((number) => number === 0)).toBe(true);
  expect(other).not.toBe(first);
});

it("does not keep what it would not give, nor what is large", () => {
  const odd = new Int32Array(100);
  const large = takeInts(2 ** 20);
  giveBack(odd);
  giveBack(large);
  expect(takeInts(100)).not.toBe(odd);
  expect(takeInts(2 ** 20)).not.toBe(large);
});

it("makes room for more behind the same numbers", () => {
  const few = takeInts(4);
  few.set([1, 2, 3, 4]);
  const more = withPooledRoom(few, 9);
  expect([...more.subarray(0, 9)]).toEqual([1, 2, 3, 4, 0, 0, 0, 0, 0]);
  expect(withPooledRoom(more, 9)).toBe(more);
});
