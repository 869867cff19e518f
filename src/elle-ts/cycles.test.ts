import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentsOf, tanglesOf } from "./components.js";
import { gravestCycles } from "./cycles.js";
import {
  type Graph,
  graphBuilder,
  onward,
  realTime,
  rw,
  sameProcess,
  subgraph,
  wr,
  ww,
} from "./graph.js";
import { violatedBy } from "./models.js";
import { nameCycle, severityOf } from "./name-cycle.js";
import type { Step } from "./shortest-path.js";

type Edge = readonly [from: number, to: number, kind: number];

function graphOf(transactions: number, edges: readonly Edge[]): Graph {
  const builder = graphBuilder(transactions);
  const nodes = Math.max(transactions, ...edges.flatMap(([from, to]) => [from + 1, to + 1]));
  for (let junction = transactions; junction < nodes; junction += 1) builder.addJunction();
  for (const [from, to, kind] of edges) builder.addEdge(from, to, kind);
  return builder.build();
}

/** Every cycle of a small graph of transactions, begun at its lowest one. */
function allCycles(transactions: number, edges: readonly Edge[]): Step[][] {
  const cycles: Step[][] = [];
  function goOn(path: readonly Step[], start: number, at: number): void {
    for (const [from, to, kind] of edges) {
      if (from !== at || to < start) continue;
      const longer = [...path, { from, to, kind, label: -1 }];
      if (to === start) cycles.push(longer);
      else if (!path.some((step) => step.from === to)) goOn(longer, start, to);
    }
  }
  for (let start = 0; start < transactions; start += 1) goOn([], start, start);
  return cycles;
}

const transactions = 6;

const anyEdge: fc.Arbitrary<Edge> = fc
  .tuple(
    fc.nat({ max: transactions - 1 }),
    fc.nat({ max: transactions - 1 }),
    fc.constantFrom(ww, wr, rw, rw, rw, sameProcess, realTime),
  )
  .filter(([from, to]) => from !== to);

it("finds the gravest cycle of any graph, and one of the shortest of its kind", () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyEdge, { maxLength: 12 }), (edges) => {
      const graph = graphOf(transactions, edges);
      const found = tanglesOf(componentsOf(graph, ww | wr | rw | sameProcess | realTime)).flatMap(
        (tangle) => {
          const { graph: part, original } = subgraph(graph, tangle, numbersFor(graph));
          return gravestCycles(part).map((cycle) => cycle.map((step) => inWhole(step, original)));
        },
      );
      const all = allCycles(transactions, edges);
      for (const cycle of found) expectCycle(cycle, edges);
      expect(gravest(found)).toEqual(gravest(all));
      expect(violatedBy(found.map(nameCycle))).toEqual(violatedBy(all.map(nameCycle)));
      met.add(gravest(all).type);
    }),
    // The same every time, since some of the kinds below are rare.
    { numRuns: 5000, seed: 1 },
  );
  expect(met.size).toBe(1 + 15);
});

function numbersFor({ nodes }: Graph): Int32Array {
  return new Int32Array(nodes).fill(-1);
}

function inWhole(step: Step, original: readonly number[]): Step {
  return { ...step, from: original[step.from] ?? -1, to: original[step.to] ?? -1 };
}

function expectCycle(cycle: readonly Step[], edges: readonly Edge[]): void {
  for (const [i, { from, to, kind }] of cycle.entries()) {
    expect(edges).toContainEqual([from, to, kind]);
    expect(to).toBe(cycle[(i + 1) % cycle.length]?.from);
  }
  expect(new Set(cycle.map(({ from }) => from)).size).toBe(cycle.length);
}

function gravest(cycles: readonly Step[][]): { type: string; length: number } {
  const [first] = cycles
    .map((cycle) => ({ type: nameCycle(cycle), length: cycle.length }))
    .sort((a, b) => severityOf(a.type) - severityOf(b.type) || a.length - b.length);
  return first ?? { type: "none", length: 0 };
}

it("tells of a missed append beside a circle of reads", () => {
  const cycles = gravestCycles(
    graphOf(2, [
      [0, 1, wr],
      [1, 0, wr],
      [0, 1, rw],
    ]),
  );
  expect(cycles.map(nameCycle)).toEqual(["G1c", "G-single"]);
});

describe("by way of junctions", () => {
  it("counts two edges as one, of the kind by which it entered", () => {
    const graph = graphOf(3, [
      [0, 3, rw],
      [3, 4, onward],
      [4, 1, onward],
      [1, 5, wr],
      [5, 2, onward],
      [2, 0, ww],
    ]);
    expect(gravestCycles(graph)).toEqual([
      [
        { from: 0, to: 1, kind: rw, label: -1 },
        { from: 1, to: 2, kind: wr, label: -1 },
        { from: 2, to: 0, kind: ww, label: -1 },
      ],
    ]);
  });

  it("keeps rw apart from rw", () => {
    const cycle: Edge[] = [
      [0, 4, rw],
      [4, 1, onward],
      [1, 2, rw],
      [2, 3, wr],
      [3, 0, ww],
    ];
    expect(gravestCycles(graphOf(4, cycle)).map(nameCycle)).toEqual(["G2-item"]);
    const apart: Edge[] = cycle.map(([from, to, kind]) =>
      kind === wr ? [from, to, rw] : kind === rw && from === 1 ? [from, to, wr] : [from, to, kind],
    );
    expect(gravestCycles(graphOf(4, apart)).map(nameCycle)).toEqual(["G-nonadjacent"]);
  });
});

it("takes a cycle of a hundred thousand transactions", () => {
  const edges = Array.from({ length: 100_000 }, (_, i): Edge => [i, (i + 1) % 100_000, ww]);
  const [cycle] = gravestCycles(graphOfMany(edges));
  expect(cycle).toHaveLength(100_000);
});

function graphOfMany(edges: readonly Edge[]): Graph {
  const builder = graphBuilder(edges.length);
  for (const [from, to, kind] of edges) builder.addEdge(from, to, kind);
  return builder.build();
}
