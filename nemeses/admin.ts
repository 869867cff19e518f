import { isAskedFor } from "../src/core/asked-targets.js";
import type { OperatorDeed } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, seesMajority, weighted } from "./targets.js";

export interface AdminSpec extends FaultSpec {
  readonly nemesis: "admin";
  readonly how: OperatorDeed;
  /** Where the deed is the leader's, so that it is asked of whoever leads when it is repeated. */
  readonly target?: "leader";
}

/** A deed is done when it is answered; clients are to meet what it leaves for a moment. */
const holdMs = 300;

/**
 * What operators do to a cluster that works, while clients are at work and others may be harmed.
 * Compaction is left out where the workload compacts by itself or reads what is old: it would be
 * done behind the backs of its checkers.
 */
export const admin: Nemesis<AdminSpec> = {
  name: "admin",
  summary:
    "does what operators do: compacts (where the workload reads nothing old), defragments one member or all, moves the leadership, saves a snapshot, lists alarms",
  needs: ["admin"],

  choose(situation, random) {
    const plans = planners.flatMap(({ weight, plan }) => {
      const made = plan(situation, random);
      return made && isAskedFor(situation, made.nodes) ? [{ weight, made }] : [];
    });
    if (plans.length === 0) return undefined;
    const { made } = weighted(plans, ({ weight }) => weight, random);
    return { nemesis: "admin", holdMs, ...made };
  },

  inject: (cluster, { nodes, how }) =>
    forEachNode(nodes, (node) => cluster.harm("admin").inflict(node, how)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("admin").probeInForce(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.harm("admin").remedy(node)),

  /** Of those that another fault took out of the game meanwhile nothing is asked. */
  proveOver(cluster, { nodes }) {
    const { capabilities } = cluster;
    const state = (node: string) => cluster.state(node);
    const now: Situation = { nodes: cluster.nodes, leader: undefined, state, capabilities };
    const asked = membersAtWork(now).filter((node) => nodes.includes(node));
    return asked.length > 0
      ? proveForEach(asked, (node) => cluster.harm("admin").probeOver(node))
      : Promise.resolve({
          holds: true,
          evidence: `it was done, and ${inWords(nodes)} cannot serve now, since another fault is in force`,
        });
  },
};

type Plan = Pick<AdminSpec, "nodes" | "how" | "description" | "target">;
type MakePlan = (situation: Situation, random: Random) => Plan | undefined;

/** Every kind draws its choices whether or not it is taken, so that choices stay the same. */
const planners: readonly { readonly weight: number; readonly plan: MakePlan }[] = [
  { weight: 4, plan: compaction },
  { weight: 2, plan: defragmentOne },
  { weight: 1, plan: defragmentAll },
  { weight: 3, plan: leadershipMoved },
  { weight: 2, plan: snapshotSaved },
  { weight: 1, plan: alarmsListed },
];

function compaction(situation: Situation, random: Random): Plan | undefined {
  const node = oneOf(membersAtWork(situation), random);
  const physical = random.below(2) === 0;
  if (node === undefined || situation.toleratesCompaction !== true) return undefined;
  const description = `${node} is asked to compact all that is old${physical ? ", and to answer when it is gone" : ""}`;
  return { nodes: [node], how: { deed: "compact", physical }, description };
}

function defragmentOne(situation: Situation, random: Random): Plan | undefined {
  const node = oneOf(running(situation), random);
  if (node === undefined) return undefined;
  const description = `${node} is defragmented`;
  return { nodes: [node], how: { deed: "defragment" }, description };
}

function defragmentAll(situation: Situation): Plan | undefined {
  const nodes = running(situation);
  if (nodes.length < 2) return undefined;
  const description = `${inWords(nodes)} are defragmented at once`;
  return { nodes, how: { deed: "defragment" }, description };
}

function leadershipMoved(situation: Situation, random: Random): Plan | undefined {
  const { leader } = situation;
  const able = membersAtWork(situation);
  const isWhole = (node: string) => situation.state(node).cut.length === 0;
  const to = oneOf(
    able.filter((node) => node !== leader && isWhole(node)),
    random,
  );
  if (to === undefined || leader === undefined || !able.includes(leader) || !isWhole(leader)) {
    return undefined;
  }
  const description = `${leader} (the leader) hands the leadership over to ${to}`;
  return { nodes: [leader], how: { deed: "move-leader", to }, description, target: "leader" };
}

function snapshotSaved(situation: Situation, random: Random): Plan | undefined {
  const node = oneOf(running(situation), random);
  if (node === undefined) return undefined;
  return { nodes: [node], how: { deed: "snapshot" }, description: `${node} sends a snapshot` };
}

function alarmsListed(situation: Situation, random: Random): Plan | undefined {
  const node = oneOf(membersAtWork(situation), random);
  if (node === undefined) return undefined;
  return { nodes: [node], how: { deed: "list-alarms" }, description: `${node} lists alarms` };
}

/** What a member can do by itself it does while it is cut off, too. */
function running({ nodes, state }: Situation): readonly string[] {
  return nodes.filter((node) => state(node).process === "running");
}

/** Those that can do what takes a majority; none while there is no majority. */
function membersAtWork(situation: Situation): readonly string[] {
  const atWork = situation.nodes.filter((node) => seesMajority(situation, node));
  return atWork.length > situation.nodes.length / 2 ? atWork : [];
}

function oneOf(nodes: readonly string[], random: Random): string | undefined {
  const drawn = random.fraction();
  return nodes[Math.floor(drawn * nodes.length)];
}
