import { expect, it } from "vitest";
import { judge, parseWrites } from "./disk-slow.js";

const said = (...microseconds: number[]) =>
  [...microseconds.map((took) => `took ${took}`), "end", ""].join("\n");
const inForce = { forMs: 300, slowMs: 25, holds: (share: number) => share >= 0.3 };
const over = { ...inForce, holds: (share: number) => share < 0.1 };

it("reads how long each write took, and whether the last one ended", () => {
  expect(parseWrites(said(1_500, 52_000))).toEqual({ took: [1.5, 52], ended: true });
  expect(parseWrites("took 1500\n")).toEqual({ took: [1.5], ended: false });
  expect(parseWrites("")).toEqual({ took: [], ended: false });
});

it("calls a disk slow that holds back much of the time, and tells how", () => {
  const writes = parseWrites(said(52_000, 2_000, 55_000, 3_000, 51_000));
  expect(judge("n1", writes, inForce)).toEqual({
    holds: true,
    evidence:
      "3 of 5 writes to the disk of n1 within 300 ms took 25 ms or more, 158 ms in all, the longest 55 ms",
  });
  expect(judge("n1", writes, over)).toMatchObject({ holds: false });
});

it("does not call it slow for a write now and then that took long", () => {
  const writes = parseWrites(said(...Array<number>(100).fill(50), 29_000));
  expect(judge("n1", writes, inForce)).toMatchObject({ holds: false });
  expect(judge("n1", writes, over)).toMatchObject({ holds: true });
});

it("calls a disk neither slow nor well that stands still, or that nothing was written to", () => {
  for (const writes of [parseWrites("took 3000\n"), parseWrites(said())]) {
    expect(judge("n1", writes, inForce)).toMatchObject({ holds: false });
    expect(judge("n1", writes, over)).toMatchObject({ holds: false });
  }
});
