import fc from "fast-check";
import { expect, it } from "vitest";
import { wilsonInterval } from "./wilson.js";

it.each([
  [3, 10, 0.1077913, 0.6032219],
  [1, 5, 0.0362241, 0.6244654],
  [0, 10, 0, 0.2775328],
  [10, 10, 0.7224672, 1],
  [50, 100, 0.4038315, 0.5961685],
])("%i of %i is between %f and %f", (hits, tries, low, high) => {
  const interval = wilsonInterval(hits, tries);
  expect(interval.low).toBeCloseTo(low, 5);
  expect(interval.high).toBeCloseTo(high, 5);
});

it("has for its bounds the shares that such a count is just as far from as z allows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(200), (tries, some) => {
      const hits = 1 + (some % (tries - 1));
      const { low, high } = wilsonInterval(hits, tries);
      for (const bound of [low, high]) {
        const deviation = Math.sqrt((bound * (1 - bound)) / tries);
        expect(Math.abs(hits / tries - bound) / deviation).toBeCloseTo(1.96, 3);
      }
    }),
  );
});

it("knows nothing without a try", () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

it("holds the observed share, and gets narrower with more tries", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), (tries, some) => {
      const hits = Math.min(some, tries);
      const [few, many] = [wilsonInterval(hits, tries), wilsonInterval(10 * hits, 10 * tries)];
      expect(few.low).toBeLessThanOrEqual(hits / tries);
      expect(few.high).toBeGreaterThanOrEqual(hits / tries);
      expect(many.high - many.low).toBeLessThan(few.high - few.low);
    }),
  );
});
