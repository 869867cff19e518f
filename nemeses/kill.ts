import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { alsoAll, chooseTargets, describeTargets, type TargetKind } from "./targets.js";

export interface KillSpec extends FaultSpec {
  readonly nemesis: "kill";
  readonly target: TargetKind;
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

  inject: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.kill(node)),
  proveInForce: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeKilled(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.start(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeStarted(node)),
};
