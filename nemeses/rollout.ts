import type { Cluster, SetUp } from "../src/core/cluster.js";
import { HarnessError } from "../src/core/errors.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, seesMajority } from "./targets.js";

export interface RolloutSpec extends FaultSpec {
  readonly nemesis: "rollout";
  /** What the nodes run from now on. */
  readonly to: SetUp;
}

/**
 * A change of etcd or of its configuration, node by node. It is in force once the node runs what it
 * was changed to, and over once it serves again. Nothing is undone: that would be another change.
 */
export const rollout: Nemesis<RolloutSpec> = {
  name: "rollout",
  summary: "restarts nodes, one after the other, with another etcd or configuration",
  needs: ["rollout"],

  /** One under no fault and not missed: an operator, too, changes no node that others need. */
  choose(situation) {
    const node = situation.nodes.find(
      (name) => situation.state(name).setUp === "old" && canBeSpared(situation, name),
    );
    return node === undefined ? undefined : changeOf(node, "new");
  },

  async inject(cluster, { nodes, to }) {
    await requireOthersServe(cluster, nodes);
    await forEachNode(nodes, (node) => cluster.change(node, to));
  },
  proveInForce: (cluster, { nodes, to }) =>
    proveForEach(nodes, (node) => cluster.probeChanged(node, to)),
  heal: () => Promise.resolve(),
  proveOver: (cluster, { nodes }) => proveServing(cluster, nodes),
};

export function changeOf(node: string, to: SetUp): RolloutSpec {
  const what = to === "new" ? "the new set-up" : "the old set-up again";
  return {
    nemesis: "rollout",
    nodes: [node],
    to,
    description: `${node} is restarted with ${what}`,
  };
}

function canBeSpared(situation: Situation, node: string): boolean {
  const { nodes, state } = situation;
  const { process, cut } = state(node);
  if (process !== "running" || cut.length > 0) return false;
  const without: Situation = {
    ...situation,
    state: (name) => (name === node ? { ...state(name), process: "killed" } : state(name)),
  };
  const atWork = nodes.filter((other) => seesMajority(without, other));
  return atWork.length > nodes.length / 2 || nodes.length === 1;
}

/**
 * Who changes a cluster node by node goes on only while the others are well: else the next one could
 * take the majority down. One that is under another fault just now is not asked.
 */
async function requireOthersServe(cluster: Cluster, next: readonly string[]): Promise<void> {
  const others = cluster.nodes.filter((node) => {
    const { process, cut } = cluster.state(node);
    return process === "running" && cut.length === 0 && !next.includes(node);
  });
  let proof = await proveServing(cluster, others);
  for (let tries = 1; !proof.holds && tries < mostTries; tries++) {
    proof = await proveServing(cluster, others);
  }
  if (proof.holds) return;
  throw new HarnessError(`${inWords(next)} is not changed, since ${proof.evidence}`);
}

/** A probe is given up after a second, and whoever was harmed last may need that twice. */
const mostTries = 3;

function proveServing(cluster: Cluster, nodes: readonly string[]) {
  return proveForEach(nodes, (node) => cluster.probeServing(node));
}
