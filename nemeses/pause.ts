import type { PauseMethod } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { chooseTargets, describeTargets, type TargetKind } from "./targets.js";

export interface PauseSpec extends FaultSpec {
  readonly nemesis: "pause";
  readonly target: TargetKind;
  readonly method: PauseMethod;
}

/** The process stands still in the midst of whatever it did, and goes on as if no time had passed. */
export const pause: Nemesis<PauseSpec> = {
  name: "pause",
  summary:
    "stops etcd on one node, a minority, a majority or the leader, with SIGSTOP or the engine's freezer; lets it go on",
  needs: ["pause", "freeze"],

  choose(situation, random) {
    // Drawn first and always, so that one choice does not move all that come after it.
    const preferred = random.pick<PauseMethod>(["sigstop", "freezer"]);
    const targets = chooseTargets(situation, random);
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const method = nodes.every((node) => canBeFrozen(situation, node)) ? preferred : "sigstop";
    const verb = nodes.length === 1 ? "is" : "are";
    const how = method === "sigstop" ? "paused with SIGSTOP" : "paused by the freezer";
    const description = `${describeTargets(targets)} ${verb} ${how}`;
    return { nemesis: "pause", nodes, description, target: kind, method };
  },

  inject: (cluster, { nodes, method }) => forEachNode(nodes, (node) => cluster.pause(node, method)),
  proveInForce: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probePaused(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.resume(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeResumed(node)),
};

/**
 * Nothing can be done in a frozen container: a cut whose rules are there could not be mended, and a
 * clock that is wrong not be set right.
 */
function canBeFrozen({ state }: Situation, node: string): boolean {
  const { cut, clock } = state(node);
  return clock === undefined && cut.every(({ to }) => to !== node);
}
