import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { chooseTargets, describeTargets, type TargetKind } from "./targets.js";

export interface DiskStallSpec extends FaultSpec {
  readonly nemesis: "disk-stall";
  readonly target: TargetKind;
}

/** The disk answers nobody for a while, as a failing or an overloaded one does; nothing is lost. */
export const diskStall: Nemesis<DiskStallSpec> = {
  name: "disk-stall",
  summary:
    "freezes the file system below etcd's data on one node, a minority, a majority or the leader; lets it go on",
  needs: ["disk-stall"],

  choose(situation, random) {
    const targets = chooseTargets(situation, random);
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const disks = nodes.length === 1 ? "disk stands still" : "disks stand still";
    const description = `${describeTargets(targets)}: the ${disks}`;
    return { nemesis: "disk-stall", nodes, description, target: kind };
  },

  inject: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.stallDisk(node)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.probeDiskStalled(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.releaseDisk(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeDiskReleased(node)),
};
