import { type MetricGrowth } from "../src/core/cluster.js";
import { HarnessError } from "../src/core/errors.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { alsoAll, chooseTargets, describeTargets, type TargetKind } from "./targets.js";

export interface KillSpec extends FaultSpec {
  readonly nemesis: "kill";
  readonly target: TargetKind;
  /** Not before that moment; each node goes by its own metrics. Default: at once. */
  readonly when?: MetricGrowth;
}

/** The process is gone at once, with all that it had not written; its disk stays. */
export const kill: Nemesis<KillSpec> = {
  name: "kill",
  summary:
    "kills etcd with SIGKILL on one node, the leader, a minority, a majority, all followers or all nodes; starts it again",
  needs: ["kill"],

  choose(situation, random) {
    const targets = chooseTargets(situation, random, alsoAll);
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const verb = nodes.length === 1 ? "is" : "are";
    const description = `${describeTargets(targets)} ${verb} killed`;
    return { nemesis: "kill", nodes, description, target: kind };
  },

  inject(cluster, { nodes, when }) {
    return forEachNode(nodes, async (node) => {
      if (!when) await cluster.kill(node);
      else if (cluster.killWhen) await cluster.killWhen(node, when);
      else throw new HarnessError(`Nobody can wait for the metrics of ${node} in this cluster.`);
    });
  },
  proveInForce: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeKilled(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.start(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeStarted(node)),
};
