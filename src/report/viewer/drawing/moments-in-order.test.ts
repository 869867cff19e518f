import fc from "fast-check";
import { expect, it } from "vitest";
import { momentsInOrder } from "./moments-in-order.js";

it("finds places within the extents that follow one another, wherever there are any", () => {
  // Extents around moments that are in order: the moments themselves would do.
  const around = fc.array(fc.record({ gap: fc.nat(50), before: fc.nat(200), after: fc.nat(200) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(around, (shapes) => {
      let moment = 0;
      const extents = shapes.map(({ gap, before, after }) => {
        moment += gap;
        return { from: moment - before, to: moment + after };
      });
      const places = momentsInOrder(extents);
      for (const [i, { from, to }] of extents.entries()) {
        expect(places[i]).toBeGreaterThanOrEqual(from - 1e-9);
        expect(places[i]).toBeLessThanOrEqual(to + 1e-9);
        expect(places[i]).toBeGreaterThanOrEqual((places[i - 1] ?? -Infinity) - 1e-9);
      }
    }),
  );
});

it("keeps the places of operations that happened at once apart", () => {
  const [first = NaN, second = NaN] = momentsInOrder([
    { from: 0, to: 90 },
    { from: 0, to: 90 },
  ]);
  expect(second - first).toBeCloseTo(30);
});
