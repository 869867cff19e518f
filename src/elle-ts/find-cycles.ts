import { componentsOf, tanglesOf } from "./components.js";
import { gravestCycles } from "./cycles.js";
import { tellCycle, type TellReason } from "./explain.js";
import { type Graph, realTime, rw, sameProcess, subgraph, wr, ww } from "./graph.js";
import type { Judging } from "./judging.js";
import type { Step } from "./shortest-path.js";
import type { Timed } from "./transaction.js";

/** Tangles that are looked into, the smallest first. */
const mostTangles = 100;

export interface Told {
  readonly transactions: readonly Timed[];
  /** Why one transaction comes before another, where the data say so. */
  readonly reasonFor: TellReason;
}

/**
 * Whatever lies on a cycle lies in one tangle, and tangles are looked into each by itself. Of all that
 * is found the shortest cycles are told first, so that of each type the shortest comes before others.
 */
export async function findCycles(graph: Graph, told: Told, judging: Judging): Promise<void> {
  const cycles: Step[][] = [];
  try {
    await searchTangles(graph, judging, cycles);
  } finally {
    cycles.sort((a, b) => a.length - b.length);
    for (const cycle of cycles) judging.tally.add(tellCycle(cycle, told));
  }
}

/** Adds what it finds to `cycles`, so that nothing is lost where the check is to end early. */
async function searchTangles(
  graph: Graph,
  { progress, goOn }: Judging,
  cycles: Step[][],
): Promise<void> {
  const all = ww | wr | rw | sameProcess | realTime;
  const tangles = tanglesOf(componentsOf(graph, all)).sort((a, b) => a.length - b.length);
  progress.edges = graph.edges;
  progress.tangles = tangles.length;
  progress.tanglesLeftOut = tangles.length;
  const numbers = new Int32Array(graph.nodes).fill(-1);
  for (const tangle of tangles.slice(0, mostTangles)) {
    const part = subgraph(graph, tangle, numbers);
    const inWhole = (node: number) => part.original[node] ?? 0;
    for (const cycle of gravestCycles(part.graph)) {
      cycles.push(
        cycle.map((step) => ({ ...step, from: inWhole(step.from), to: inWhole(step.to) })),
      );
    }
    progress.tanglesLeftOut -= 1;
    await goOn();
  }
}
