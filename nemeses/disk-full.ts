import { isAskedFor } from "../src/core/asked-targets.js";
import type { Cluster } from "../src/core/cluster.js";
import type { Harm, NoChoice } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";
import { forEachNode, proveForEach } from "./each-node.js";
import {
  alsoAll,
  chooseTargets,
  describeTargets,
  seesMajority,
  type TargetKind,
} from "./targets.js";

export type DiskFullSpec = FileSystemFull | SpaceAlarm;

/** No block is left on the disks of these nodes. */
export interface FileSystemFull extends FaultSpec {
  readonly nemesis: "disk-full";
  readonly way: "file-system";
  readonly target: TargetKind;
}

/** etcd was told that this member's quota is used up: no member takes what would need space. */
export interface SpaceAlarm extends FaultSpec {
  readonly nemesis: "disk-full";
  readonly way: "alarm";
  readonly member: string;
}

/** Short, since the whole cluster takes no writes, and whether a refused one was done is not known. */
const shortestAlarmMs = 500;
const longestAlarmMs = 2_000;

/** There is no space for what etcd is to write. */
export const diskFull: Nemesis<DiskFullSpec> = {
  name: "disk-full",
  summary:
    "leaves no space on the disk of one node, the leader, a minority, a majority, all followers or all nodes, or raises etcd's alarm for that; makes space again",
  needs: ["disk-full", "no-space-alarm"],

  choose(situation, random) {
    const prefersAlarm = random.below(3) === 0;
    const alarm = spaceAlarm(situation, random);
    const full = fileSystemFull(situation, random);
    return prefersAlarm ? (alarm ?? full) : (full ?? alarm);
  },

  inject: (cluster, spec) =>
    forEachNode(placesOf(spec), (node) => harmOf(cluster, spec).inflict(node, {})),
  proveInForce: (cluster, spec) =>
    proveForEach(placesOf(spec), (node) => harmOf(cluster, spec).probeInForce(node)),
  heal: (cluster, spec) =>
    forEachNode(placesOf(spec), (node) => harmOf(cluster, spec).remedy(node)),
  proveOver: (cluster, spec) =>
    proveForEach(placesOf(spec), (node) => harmOf(cluster, spec).probeOver(node)),
};

function harmOf(cluster: Cluster, { way }: DiskFullSpec): Harm<NoChoice> {
  return cluster.harm(way === "alarm" ? "no-space-alarm" : "disk-full");
}

function placesOf(spec: DiskFullSpec): readonly string[] {
  return spec.way === "alarm" ? [spec.member] : spec.nodes;
}

function fileSystemFull(situation: Situation, random: Random): FileSystemFull | undefined {
  const targets = chooseTargets(situation, random, alsoAll);
  if (!targets) return undefined;
  const { nodes, kind } = targets;
  const disks = nodes.length === 1 ? "disk is" : "disks are";
  return {
    nemesis: "disk-full",
    way: "file-system",
    nodes,
    description: `${describeTargets(targets)}: the ${disks} full`,
    target: kind,
    mayEndNodes: true,
  };
}

/**
 * It takes a majority to raise it, and to disarm it. One that is left from before goes with it. It
 * stops writes on all nodes, whichever it is raised for.
 */
function spaceAlarm(situation: Situation, random: Random): SpaceAlarm | undefined {
  const { nodes, state } = situation;
  const holdMs = Math.round(
    shortestAlarmMs + random.fraction() * (longestAlarmMs - shortestAlarmMs),
  );
  const atWork = nodes.filter((node) => seesMajority(situation, node));
  const drawn = atWork.length === 0 ? undefined : random.pick(atWork);
  const left = nodes.find((node) => state(node).harms?.includes("no-space-alarm"));
  const member = left ?? drawn;
  if (member === undefined || drawn === undefined) return undefined;
  if (!isAskedFor(situation, nodes)) return undefined;
  return {
    nemesis: "disk-full",
    way: "alarm",
    nodes,
    member,
    description: `${member} has the alarm raised for it that its space is used up: no node takes writes`,
    holdMs,
  };
}
