import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../generator/seeded-random.js";
import { cellsOf, type Matrix, orderOf } from "./order.js";
import { cellName } from "./night.js";

const some = <T>(...items: T[]) => fc.subarray(items, { minLength: 1 });
const matrices: fc.Arbitrary<Matrix> = fc.record({
  workloads: some("register", "set", "append"),
  nemeses: some<readonly string[]>([], ["kill"], ["pause"], ["kill", "pause"]),
  etcd: some("3.4.23", "3.5.16", "3.5.30"),
  nodes: some(1, 3, 5),
  configs: some(undefined, "a.yml", "b.yml"),
});
const pairOf = ({ workload, nemeses }: ReturnType<typeof cellsOf>[number]) =>
  `${workload} ${nemeses.join("+")}`;

describe("the order of a night's runs", () => {
  it("has every pair of workload and nemeses once before any comes again", () => {
    fc.assert(
      fc.property(matrices, fc.nat(), (matrix, seed) => {
        const pairs = new Set(cellsOf(matrix).map(pairOf));
        const order = orderOf(matrix, seededRandom(seed));
        for (let round = 0; round < 3; round++) {
          const first = round * pairs.size;
          const came = Array.from({ length: pairs.size }, (_, at) => pairOf(order(first + at)));
          expect(new Set(came)).toEqual(pairs);
        }
      }),
    );
  });

  it("has every cell once before any comes again", () => {
    fc.assert(
      fc.property(matrices, fc.nat(), (matrix, seed) => {
        const cells = cellsOf(matrix).map(cellName);
        const order = orderOf(matrix, seededRandom(seed));
        const came = cells.map((_, number) => cellName(order(number)));
        expect(came.toSorted()).toEqual(cells.toSorted());
      }),
    );
  });

  it("is the same for the same seed, and another for another", () => {
    const matrix: Matrix = {
      workloads: ["register", "set"],
      nemeses: [["kill"], ["pause"], ["partition"]],
      etcd: ["3.4.23", "3.5.30"],
      nodes: [3, 5],
      configs: [undefined],
    };
    const of = (seed: number) => {
      const order = orderOf(matrix, seededRandom(seed));
      return Array.from({ length: 24 }, (_, number) => cellName(order(number)));
    };
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});
