import type { FaultSpec } from "../src/core/history.js";
import type { Corruption } from "../src/core/harms.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { chooseTargets, describeTargets, seesMajority, type TargetKind } from "./targets.js";

export interface CorruptSpec extends FaultSpec {
  readonly nemesis: "corrupt";
  readonly target: TargetKind;
  readonly damage: Corruption;
}

/** Less than a majority: what most members forget, no etcd can know. */
const fewOf: readonly TargetKind[] = ["one", "leader", "minority"];

/**
 * Files of stopped nodes are damaged, and their etcd is started on them: it must notice or survive.
 * A member without the end of its log has forgotten what it promised, so this is done to a cluster
 * alone in which nobody else is missing.
 */
export const corrupt: Nemesis<CorruptSpec> = {
  name: "corrupt",
  summary:
    "flips a bit in the WAL, the newest snapshot or the database of one node, a minority or the leader, or cuts off its end; replaces members that do not start on it",
  needs: ["corrupt"],
  minNodes: 3,

  choose(situation, random) {
    const file = random.pick(["wal", "wal", "snapshot", "database", "database"] as const);
    const way = random.pick(["flip", "truncate"] as const);
    const stoppedBy = random.pick(["KILL", "TERM"] as const);
    // The end was written last, and is what a crash of the machine would spoil.
    const place = random.fraction() * random.pick([0.02, 0.95]);
    const targets = isWhole(situation) ? chooseTargets(situation, random, fewOf) : undefined;
    if (!targets) return undefined;
    const { nodes, kind } = targets;
    const [is, starts] = nodes.length === 1 ? ["is", "its"] : ["are", "their"];
    const what = `${inWords[way]} ${starts} ${files[file]}`;
    return {
      nemesis: "corrupt",
      nodes,
      description: `${describeTargets(targets)} ${is} stopped and started again with ${what}`,
      mayEndNodes: true,
      target: kind,
      damage: { file, way, place, stoppedBy },
    };
  },

  /** Who is to be replaced needs others that agree to that, and know of it. */
  canBeHealed: (situation, { nodes }) =>
    situation.nodes.every(
      (node) =>
        situation.state(node).cut.length === 0 &&
        (nodes.includes(node) || seesMajority(situation, node)),
    ),

  inject: (cluster, { nodes, damage }) =>
    forEachNode(nodes, (node) => cluster.harm("corrupt").inflict(node, damage)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("corrupt").probeInForce(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.harm("corrupt").remedy(node)),
  proveOver: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("corrupt").probeOver(node)),
};

/**
 * The same without bits flipped in databases, for those that want to meet broken promises alone. A
 * database has no checksums, so etcd may serve what such a bit made of it, in every release: unless it
 * is configured to compare its data with the others' (experimental-initial-corrupt-check,
 * https://etcd.io/docs/v3.5/op-guide/data_corruption/) nobody ever promised that it would notice.
 */
export const noticeableCorruption: Nemesis<CorruptSpec> = {
  ...corrupt,
  choose(situation, random) {
    const spec = corrupt.choose(situation, random);
    const { file, way } = spec?.damage ?? {};
    return file === "database" && way === "flip" ? undefined : spec;
  },
};

const inWords = { flip: "a bit flipped in", truncate: "the end cut off" } as const;
const files = { wal: "WAL", snapshot: "newest snapshot", database: "database" } as const;

/** Nothing that would keep a member from its work is being done to any. */
function isWhole({ nodes, state }: Situation): boolean {
  return nodes.every((node) => {
    const { process, cut, harms = [] } = state(node);
    return process === "running" && cut.length === 0 && harms.length === 0;
  });
}
