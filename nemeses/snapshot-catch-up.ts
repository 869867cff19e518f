import { isNamed } from "../src/core/asked-targets.js";
import type { LeftBehind } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";

export interface SnapshotCatchUpSpec extends FaultSpec, LeftBehind {
  readonly nemesis: "snapshot-catch-up";
}

/** The others are up again by then. */
const holdMs = 1_500;

/**
 * A follower stands still until no member has the entries any more that it lacks: the log of each
 * begins at a newer snapshot. Going on, it takes a snapshot from the leader, and whoever watches it
 * must not see time go back.
 */
export const snapshotCatchUp: Nemesis<SnapshotCatchUpSpec> = {
  name: "snapshot-catch-up",
  summary:
    "stops a follower while the others write, kills and restarts those so that their logs begin later, and lets it go on: it needs a snapshot",
  needs: ["left-behind"],
  needsWholeCluster: true,
  minNodes: 3,

  /** From a whole cluster only: it takes all the others to be restarted, and to go on at once. */
  choose(situation, random) {
    const { nodes, leader, state } = situation;
    const isWhole = nodes.every((node) => {
      const { process, cut, held = [], harms = [] } = state(node);
      return process === "running" && [cut, held, harms].every((list) => list.length === 0);
    });
    const followers = nodes.filter((node) => node !== leader);
    const restart = random.pick(["at-once", "one-by-one"] as const);
    const named = followers.filter((node) => isNamed(situation, node));
    if (!isWhole || leader === undefined || followers.length < 2 || named.length === 0) {
      return undefined;
    }
    const node = random.pick(named);
    const how = restart === "at-once" ? "all at once" : "one by one";
    return {
      nemesis: "snapshot-catch-up",
      nodes: [node],
      description: `${node} stands still until the others made snapshots and were killed and restarted ${how}, so that it needs one of theirs`,
      restart,
      holdMs,
    };
  },

  inject: (cluster, { nodes, restart }) =>
    forEachNode(nodes, (node) => cluster.harm("left-behind").inflict(node, { restart })),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("left-behind").probeInForce(node)),
  /** Whoever goes on without a leader at hand gets no snapshot. */
  canBeHealed: (situation, { nodes }) =>
    situation.leader !== undefined &&
    nodes.every((node) => {
      const { cut, held = [] } = situation.state(node);
      return cut.length === 0 && held.length === 0;
    }),
  heal: (cluster, { nodes }) =>
    forEachNode(nodes, (node) => cluster.harm("left-behind").remedy(node)),
  proveOver: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("left-behind").probeOver(node)),
};
