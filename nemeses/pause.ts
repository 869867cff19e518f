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

/**
 * The least and the most that a leader stands still where it is to lose its leadership and to go on
 * as soon as another was elected, with all that it was about to do as the old one. Milliseconds:
 * one to four of the usual election timeouts.
 */
const shortest = 1_500;
const longest = 4_000;

/** The process stands still in the midst of whatever it did, and goes on as if no time had passed. */
export const pause: Nemesis<PauseSpec> = {
  name: "pause",
  summary:
    "stops etcd on one node, a minority, a majority, all followers or the leader, with SIGSTOP or the engine's freezer; lets it go on, a leader often as soon as another may lead",
  needs: ["pause", "freeze"],

  choose(situation, random) {
    // Drawn first and always, so that one choice does not move all that come after it.
    const preferred = random.pick<PauseMethod>(["sigstop", "freezer"]);
    const isShort = random.pick([true, false]);
    const holdMs = Math.round(shortest + random.fraction() * (longest - shortest));
    const targets = chooseTargets(situation, random);
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const method = nodes.every((node) => canBeFrozen(situation, node)) ? preferred : "sigstop";
    const verb = nodes.length === 1 ? "is" : "are";
    const how = method === "sigstop" ? "paused with SIGSTOP" : "paused by the freezer";
    const losesLeadership = kind === "leader" && situation.nodes.length > 1 && isShort;
    const until = losesLeadership ? " for as long as it takes to lose leadership" : "";
    return {
      nemesis: "pause",
      nodes,
      description: `${describeTargets(targets)} ${verb} ${how}${until}`,
      target: kind,
      method,
      ...(losesLeadership && { holdMs }),
    };
  },

  inject: (cluster, { nodes, method }) => forEachNode(nodes, (node) => cluster.pause(node, method)),
  proveInForce: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probePaused(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.resume(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeResumed(node)),
};

/**
 * Nothing can be done in a frozen container: a cut whose rules are there could not be mended, a
 * clock that is wrong not be set right, and no other harm be undone.
 */
function canBeFrozen({ state }: Situation, node: string): boolean {
  const { cut, clock, harms } = state(node);
  return clock === undefined && harms === undefined && cut.every(({ to }) => to !== node);
}
