import fc from "fast-check";
import { expect, it } from "vitest";
import { ddmin } from "./ddmin.js";

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

function failsWithAll(needed: readonly number[]) {
  return (rest: readonly number[]) =>
    Promise.resolve(needed.every((number) => rest.includes(number)) ? rest : undefined);
}

it("keeps what all together is needed, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(99), { minLength: 1 }), async (needed) => {
      const found = await ddmin(numbers(100), failsWithAll(needed));
      expect(found).toEqual(needed.toSorted((a, b) => a - b));
    }),
  );
});

it("takes a number of tries that goes with the logarithm for one that is needed", async () => {
  let tries = 0;
  const attempt = failsWithAll([777]);
  await ddmin(numbers(1024), (rest) => {
    tries += 1;
    return attempt(rest);
  });
  expect(tries).toBeLessThanOrEqual(20);
});

it("goes on from what was accepted, where that is less than what was tried", async () => {
  const found = await ddmin(numbers(8), (rest) =>
    Promise.resolve(rest.includes(5) ? rest.filter((number) => number >= 4) : undefined),
  );
  expect(found).toEqual([5]);
});

it("leaves a single one, and none, as they are", async () => {
  const never = () => Promise.reject(new Error("was tried"));
  expect(await ddmin([1], never)).toEqual([1]);
  expect(await ddmin([], never)).toEqual([]);
});
