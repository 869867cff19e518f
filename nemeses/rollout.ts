import type { SetUp } from "../src/core/cluster.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode } from "./each-node.js";
import {
  canBeSpared,
  counterpart,
  lowestStep,
  type NodeChange,
  proveChanged,
  proveServing,
  requireOthersServe,
  runs,
} from "./node-changes.js";

export interface RolloutSpec extends NodeChange {
  readonly nemesis: "rollout";
}

/**
 * A change of etcd or of its configuration, node by node. It is in force once the node runs what it
 * was changed to, and over once it serves again. Nothing is undone: that would be another change.
 */
export const rollout: Nemesis<RolloutSpec> = {
  name: "rollout",
  summary: "restarts nodes, one after the other, with another etcd or configuration",
  needs: ["rollout"],
  needsWholeCluster: true,

  /** The first that is not as far as the others, and can be spared. */
  choose(situation) {
    const { nodes, state } = situation;
    const step = lowestStep(situation);
    for (const node of nodes) {
      const now = runs(state(node));
      if (now?.step !== step || !canBeSpared(situation, node)) continue;
      const next = counterpart(state(node), { ...now, step: step + 1 });
      if (next) return changeOf(node, next.name);
    }
    return undefined;
  },

  async inject(cluster, { nodes, to }) {
    await requireOthersServe(cluster, nodes);
    await forEachNode(nodes, (node) => cluster.change(node, to));
  },
  proveInForce: proveChanged,
  heal: () => Promise.resolve(),
  proveOver: (cluster, { nodes }) => proveServing(cluster, nodes),
};

export function changeOf(node: string, to: SetUp): RolloutSpec {
  const what =
    to === "new"
      ? "the new set-up"
      : to === "old"
        ? "the old set-up again"
        : `the set-up called ${to}`;
  return {
    nemesis: "rollout",
    nodes: [node],
    to,
    description: `${node} is restarted with ${what}`,
  };
}
