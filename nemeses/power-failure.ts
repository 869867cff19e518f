import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { alsoAll, chooseTargets, describeTargets, type TargetKind } from "./targets.js";

export interface PowerFailureSpec extends FaultSpec {
  readonly nemesis: "power-failure";
  readonly target: TargetKind;
}

/** The process is gone at once, and so is all that its disk had not synced. */
export const powerFailure: Nemesis<PowerFailureSpec> = {
  name: "power-failure",
  summary:
    "cuts the power of one node, the leader, a minority, a majority, all followers or all nodes: what was not synced is lost; turns it on again",
  needs: ["power-failure"],

  choose(situation, random) {
    const targets = chooseTargets(situation, random, alsoAll);
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const verb = nodes.length === 1 ? "loses" : "lose";
    const description = `${describeTargets(targets)} ${verb} power`;
    return { nemesis: "power-failure", nodes, description, target: kind };
  },

  inject: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.powerOff(node)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.probePoweredOff(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.start(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeStarted(node)),
};
