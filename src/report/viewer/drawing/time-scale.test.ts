import fc from "fast-check";
import { expect, it } from "vitest";
import { bentScale } from "./time-scale.js";

const room = { left: 100, right: 1000 };

it("keeps the order of all moments, however near or far they are", () => {
  const moments = fc.uniqueArray(fc.integer({ min: 0, max: 1e9 }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(moments, (microseconds) => {
      const seconds = microseconds.map((us) => us / 1e6).sort((a, b) => a - b);
      const places = seconds.map(bentScale(seconds, room).x);
      expect(places[0]).toBeCloseTo(100, 6);
      expect(places.at(-1)).toBeCloseTo(1000, 6);
      for (const [i, place] of places.slice(1).entries()) {
        expect(place).toBeGreaterThan(places[i] ?? Infinity);
      }
    }),
  );
});

it("gives a millisecond room beside a minute, and says that it did", () => {
  const scale = bentScale([0, 0.01, 0.011, 60, 60.01], room);
  expect(scale.x(0.011) - scale.x(0.01)).toBeGreaterThan(50);
  expect(scale.isBent).toBe(true);
});

it("says of a lone operation within its margins that it is to scale", () => {
  expect(bentScale([0.98, 1, 2, 2.02], room).isBent).toBe(false);
});
