import type { SetUpFacts } from "../src/core/cluster.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode } from "./each-node.js";
import {
  canBeSpared,
  canServeAgain,
  counterpart,
  lookAfterMs,
  type NodeChange,
  proveChanged,
  proveServing,
  requireOthersServe,
  runs,
} from "./node-changes.js";

export interface ReconfigureSpec extends NodeChange {
  readonly nemesis: "reconfigure";
}

/**
 * Nodes go to and fro between two configurations of the same etcd, one at a time: most of the time
 * members disagree on it. In force once the node runs with the one that it was changed to, over once it
 * serves again. Nothing is undone: that would be another change.
 */
export const reconfigure: Nemesis<ReconfigureSpec> = {
  name: "reconfigure",
  summary: "restarts nodes, one at a time, with another configuration and back",
  needs: ["rollout"],
  needsWholeCluster: true,

  choose(situation, random) {
    const { nodes, state } = situation;
    const changes = nodes
      .filter((node) => canBeSpared(situation, node))
      .flatMap((node) => {
        const now = runs(state(node));
        const to = now && counterpart(state(node), { ...now, isVaried: !now.isVaried });
        return to ? [{ node, to }] : [];
      });
    if (changes.length === 0) return undefined;
    const { node, to } = random.pick(changes);
    return reconfigurationOf(node, to);
  },

  canBeHealed: canServeAgain,

  async inject(cluster, { nodes, to }) {
    await requireOthersServe(cluster, nodes);
    await forEachNode(nodes, (node) => cluster.change(node, to));
  },
  proveInForce: proveChanged,
  heal: () => Promise.resolve(),
  proveOver: (cluster, { nodes }) => proveServing(cluster, nodes),
};

export function reconfigurationOf(node: string, to: SetUpFacts): ReconfigureSpec {
  const what = to.isVaried ? "another configuration" : "its first configuration again";
  return {
    nemesis: "reconfigure",
    nodes: [node],
    to: to.name,
    holdMs: lookAfterMs,
    description: `${node} is restarted with ${what}`,
  };
}
