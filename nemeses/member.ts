import { isNamed } from "../src/core/asked-targets.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { canBeSpared, requireOthersServe } from "./node-changes.js";
import { seesMajority } from "./targets.js";

export interface MemberSpec extends FaultSpec {
  readonly nemesis: "member";
  /** At first it only gets what is written, without a vote, where its etcd knows such members. */
  readonly comesBackAsLearner: boolean;
}

/**
 * A member that is asked something in the moment of its removal panics with this, where it should
 * end in good order: https://github.com/etcd-io/etcd/issues/21966, open, in every version from 3.4
 * on. It is to end either way, and a verdict should not hang on that moment.
 */
const removedAndAsked = "failed to find local ID in cluster members";

/** Of two members none can be spared. */
const fewest = 3;

/**
 * The cluster shrinks by one member and grows again by a new one at the same address. Only a node
 * that all others can spare is removed, and never a second one: what etcd has in one member less
 * than a majority it does not promise to keep.
 */
export const member: Nemesis<MemberSpec> = {
  name: "member",
  summary:
    "removes one member, also the leader, and adds it again with an empty disk, with a vote or as a learner that is promoted",
  needs: ["membership"],
  minNodes: fewest,

  choose(situation, random) {
    const { nodes, leader } = situation;
    if (nodes.length < fewest || nodes.some((node) => isRemoved(situation, node))) return undefined;
    const candidates = nodes.filter(
      (node) => mayBeRemoved(situation, node) && isNamed(situation, node),
    );
    if (candidates.length === 0) return undefined;
    const isLeaderToGo = leader !== undefined && candidates.includes(leader);
    const node = isLeaderToGo && random.below(3) === 0 ? leader : random.pick(candidates);
    const comesBackAsLearner = random.below(2) === 0;
    const remark = node === leader ? " (the leader)" : "";
    const back = comesBackAsLearner ? "as a learner that is promoted" : "with a vote";
    const description = `${node}${remark} is removed from the members; it is to come back ${back}`;
    return {
      nemesis: "member",
      nodes: [node],
      description,
      comesBackAsLearner,
      mayEndSaying: removedAndAsked,
    };
  },

  /** A new member needs others that take it in, and every one that it may ask must know it. */
  canBeHealed: (situation, { nodes }) =>
    nodes.every((node) => situation.state(node).cut.length === 0 && canJoin(situation, node)),

  async inject(cluster, { nodes, comesBackAsLearner }) {
    await requireOthersServe(cluster, nodes);
    await forEachNode(nodes, (node) =>
      cluster.harm("membership").inflict(node, { comesBackAsLearner }),
    );
  },
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("membership").probeInForce(node)),
  heal: (cluster, { nodes }) =>
    forEachNode(nodes, (node) => cluster.harm("membership").remedy(node)),
  proveOver: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("membership").probeOver(node)),
};

function isRemoved({ state }: Situation, node: string): boolean {
  return state(node).harms?.includes("membership") === true;
}

/** Of three, two are left, and both are needed: nothing at all may be wrong with any of them. */
function mayBeRemoved(situation: Situation, node: string): boolean {
  const { nodes, state } = situation;
  if (!canBeSpared(situation, node)) return false;
  return (
    nodes.length > 3 ||
    nodes.every((other) => {
      const { process, cut, harms = [], clock } = state(other);
      return process === "running" && cut.length === 0 && harms.length === 0 && !clock;
    })
  );
}

/** The others form a majority, and none of them stands still with what it knew before. */
function canJoin(situation: Situation, node: string): boolean {
  const { nodes, state } = situation;
  const others = nodes.filter((other) => other !== node);
  const atWork = others.filter((other) => seesMajority(situation, other));
  const isSilentlyBehind = (other: string) =>
    !atWork.includes(other) && state(other).process !== "killed";
  return atWork.length > nodes.length / 2 && !others.some(isSilentlyBehind);
}
