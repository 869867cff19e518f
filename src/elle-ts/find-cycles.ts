import { componentsOf, tanglesOf } from "./components.js";
import { gravestCycles } from "./cycles.js";
import { tellCycle, type TellReason } from "./explain.js";
import { type Graph, realTime, rw, sameProcess, subgraph, wr, ww } from "./graph.js";
import type { Judging } from "./judging.js";
import type { Timed } from "./transaction.js";

/** Tangles that are looked into, the smallest first. */
const mostTangles = 100;

export interface Told {
  readonly transactions: readonly Timed[];
  /** Why one transaction comes before another, where the data say so. */
  readonly reasonFor: TellReason;
}

/** Whatever lies on a cycle lies in one tangle, and tangles are looked into each by itself. */
export async function findCycles(
  graph: Graph,
  told: Told,
  { tally, progress, goOn }: Judging,
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
      const steps = cycle.map((step) => ({
        ...step,
        from: inWhole(step.from),
        to: inWhole(step.to),
      }));
      tally.add(tellCycle(steps, told));
    }
    progress.tanglesLeftOut -= 1;
    await goOn();
  }
}
