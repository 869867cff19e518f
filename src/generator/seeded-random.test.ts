import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.js";
import type { Random } from "../core/random.js";
import { seededRandom } from "./seeded-random.js";

const seeds = fc.maxSafeInteger();

describe("seeded randomness", () => {
  it("draws what it always drew for a seed, so that an old seed still names its run", () => {
    const random = seededRandom(42);
    expect(draws(random, 6)).toEqual([439, 271, 693, 78, 320, 664]);
    expect(draws(random.fork("worker 3"), 6)).toEqual([214, 49, 646, 597, 307, 636]);
    expect(random.shuffle(["a", "b", "c", "d", "e"])).toEqual(["c", "a", "b", "e", "d"]);
    expect(random.fraction()).toBe(0.3626688594850358);
  });

  it("repeats itself for the same seed and differs for another", () => {
    fc.assert(
      fc.property(seeds, seeds, (one, other) => {
        expect(draws(seededRandom(one), 8)).toEqual(draws(seededRandom(one), 8));
        if (one !== other) {
          expect(draws(seededRandom(one), 8)).not.toEqual(draws(seededRandom(other), 8));
        }
      }),
    );
  });

  it("forks the same stream by name whatever was drawn and whoever else forked before", () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), fc.array(fc.string()), fc.string(), (seed, n, names, name) => {
        const busy = seededRandom(seed);
        draws(busy, n);
        for (const other of names) draws(busy.fork(other), 3);
        expect(draws(busy.fork(name), 8)).toEqual(draws(seededRandom(seed).fork(name), 8));
      }),
    );
  });

  it("is not disturbed by what its forks draw", () => {
    const random = seededRandom(7);
    const fork = random.fork("a");
    draws(fork, 100);
    expect(draws(random, 8)).toEqual(draws(seededRandom(7), 8));
  });

  it("gives forks of different places different streams", () => {
    const root = seededRandom(1);
    const forks = [
      root,
      root.fork("a"),
      root.fork("b"),
      root.fork("a").fork("b"),
      root.fork("b").fork("a"),
      root.fork("a b"),
      root.fork(""),
      root.fork("").fork(""),
    ];
    const streams = forks.map((fork) => draws(fork, 4).join());
    expect(new Set(streams).size).toBe(forks.length);
  });

  it("stays within its limit and reaches every value of it", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 20 }), (seed, limit) => {
        const random = seededRandom(seed);
        const seen = new Set(Array.from({ length: 40 * limit }, () => random.below(limit)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: limit }, (_, i) => i));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("draws fractions from 0 up to, not including, 1, evenly", () => {
    const random = seededRandom(3);
    const fractions = Array.from({ length: 10_000 }, () => random.fraction());
    expect(fractions.every((x) => x >= 0 && x < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const inside = fractions.filter((x) => Math.floor(x * 10) === tenth).length;
      expect(inside).toBeGreaterThan(800);
      expect(inside).toBeLessThan(1200);
    }
  });

  it("shuffles into every order, keeps every item and leaves its argument alone", () => {
    const random = seededRandom(5);
    const items = ["a", "b", "c"];
    const orders = new Set(Array.from({ length: 200 }, () => random.shuffle(items).join("")));
    expect([...orders].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    expect(items).toEqual(["a", "b", "c"]);
  });

  it("refuses to draw from nothing and to be seeded with half a number", () => {
    expect(() => seededRandom(1).pick([])).toThrow(RangeError);
    expect(() => seededRandom(1).below(0)).toThrow(RangeError);
    expect(() => seededRandom(1).below(1.5)).toThrow(RangeError);
    expect(() => seededRandom(1.5)).toThrow(UsageError);
    expect(() => seededRandom(Number.NaN)).toThrow(UsageError);
  });
});

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.below(1000));
}
