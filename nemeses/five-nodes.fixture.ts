import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";

export const names = ["n1", "n2", "n3", "n4", "n5"];

/** Five nodes that n2 leads, each well but for what is said of it. */
export function situation(states: Readonly<Record<string, Partial<NodeState>>> = {}): Situation {
  return {
    nodes: names,
    leader: "n2",
    capabilities: new Set(),
    state: (node) => ({ process: "running", cut: [], ...states[node] }),
  };
}
