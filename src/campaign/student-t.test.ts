import { expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { meanInterval, quantile95 } from "./student-t.js";

it.each([
  [1, 6.3138],
  [2, 2.92],
  [3, 2.3534],
  [4, 2.1318],
  [7, 1.8946],
  [10, 1.8125],
  [30, 1.6973],
  [100, 1.6602],
  // The normal distribution's, nearly.
  [10_000, 1.645],
])("knows the quantile for %i degrees of freedom from the books", (degrees, quantile) => {
  expect(quantile95(degrees)).toBeCloseTo(quantile, 3);
});

it("computes the interval of a sample by hand", () => {
  // Mean 2, variance 1, so 2.92 / sqrt(3) to either side.
  const { low, high } = meanInterval([1, 2, 3]) ?? { low: NaN, high: NaN };
  expect(low).toBeCloseTo(2 - 1.6859, 3);
  expect(high).toBeCloseTo(2 + 1.6859, 3);
});

it("has no interval below two values", () => {
  expect(meanInterval([])).toBeUndefined();
  expect(meanInterval([3])).toBeUndefined();
});

it("has an interval of no width for equal values", () => {
  expect(meanInterval([0, 0, 0])).toEqual({ low: 0, high: 0 });
});

it.each([2, 3, 5, 12])("holds the true mean in nine of ten samples of %i", (size) => {
  const random = seededRandom(2024).fork(`size ${size}`);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  const samples = 10_000;
  let [held, below, above] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const interval = meanInterval(Array.from({ length: size }, () => 5 + 3 * normal()));
    if (!interval) throw new Error("a sample has no interval");
    if (interval.high < 5) below++;
    else if (interval.low > 5) above++;
    else held++;
  }
  expect(held / samples).toBeGreaterThan(0.88);
  expect(held / samples).toBeLessThan(0.92);
  // Each bound alone holds with 95 %.
  expect(Math.max(below, above) / samples).toBeLessThan(0.06);
});
