import { isNamed } from "../src/core/asked-targets.js";
import type { DiskSlow } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, some, weighted } from "./targets.js";

export type DiskSlowTarget = "leader" | "some" | "all";

export interface DiskSlowSpec extends FaultSpec {
  readonly nemesis: "disk-slow";
  readonly target: DiskSlowTarget;
  readonly how: DiskSlow;
}

const weights: Readonly<Record<DiskSlowTarget, number>> = { leader: 2, some: 3, all: 1 };

/** Well below an election timeout of a second: the longest may be met twice by one request. */
const stalls = [50, 100, 200, 400];
const openings = [5, 10, 20];

/** The disk does what it is asked to, but late: its node works on, as slowly as its disk does. */
export const diskSlow: Nemesis<DiskSlowSpec> = {
  name: "disk-slow",
  summary:
    "lets the file system below etcd's data stand still again and again, for 50 to 400 ms each time, on the leader, some nodes or all",
  needs: ["disk-slow"],

  choose(situation, random) {
    const { nodes, leader, state } = situation;
    const how = { stallMs: random.pick(stalls), openMs: random.pick(openings) };
    const possible = nodes.filter((node) => {
      const { process, harms = [] } = state(node);
      return process === "running" && !harms.includes("disk-slow") && isNamed(situation, node);
    });
    const order = some(possible, 1 + random.below(Math.max(1, possible.length)), random);
    const kinds = (Object.keys(weights) as DiskSlowTarget[]).filter((kind) =>
      kind === "leader"
        ? leader !== undefined && possible.includes(leader)
        : possible.length > (kind === "all" ? 1 : 0),
    );
    if (kinds.length === 0) return undefined;
    const target = weighted(kinds, (kind) => weights[kind], random);
    const chosen = { leader: [leader ?? ""], some: order, all: possible }[target];
    const whose = `${inWords(chosen)}${target === "leader" ? " (the leader)" : ""}`;
    const disks = chosen.length === 1 ? "disk stands" : "disks stand";
    return {
      nemesis: "disk-slow",
      nodes: chosen,
      description: `${whose}: the ${disks} still for ${how.stallMs} ms at a time, with ${how.openMs} ms between`,
      target,
      how,
    };
  },

  inject: (cluster, { nodes, how }) =>
    forEachNode(nodes, (node) => cluster.harm("disk-slow").inflict(node, how)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("disk-slow").probeInForce(node)),
  heal: (cluster, { nodes }) =>
    forEachNode(nodes, (node) => cluster.harm("disk-slow").remedy(node)),
  proveOver: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("disk-slow").probeOver(node)),
};
