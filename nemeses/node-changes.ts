import type { Cluster, NodeState, Proof, SetUp, SetUpFacts } from "../src/core/cluster.js";
import { HarnessError } from "../src/core/errors.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Situation } from "../src/core/nemesis.js";
import { proveForEach } from "./each-node.js";
import { inWords, seesMajority } from "./targets.js";

/** A change of what a node runs. */
export interface NodeChange extends FaultSpec {
  /** From now on. */
  readonly to: SetUp;
}

/** Nothing is undone when it is healed, so it is soon looked at whether the node serves again. */
export const lookAfterMs = 500;

/** What a node runs. Undefined where the cluster was given nothing to change to. */
export function runs({ setUp, setUps = [] }: NodeState): SetUpFacts | undefined {
  return setUps.find(({ name }) => name === setUp);
}

/** The one that differs from it in its etcd, or in its configuration, alone. */
export function counterpart(
  { setUps = [] }: NodeState,
  { step, isVaried }: Pick<SetUpFacts, "step" | "isVaried">,
): SetUpFacts | undefined {
  return setUps.find((setUp) => setUp.step === step && setUp.isVaried === isVaried);
}

/** Nodes go on to the next etcd only when all have reached the one before. */
export function lowestStep({ nodes, state }: Pick<Situation, "nodes" | "state">): number {
  return Math.min(...nodes.map((node) => runs(state(node))?.step ?? 0));
}

/**
 * Under no fault and not missed, in a cluster that has a leader: an operator, too, changes no node that
 * others need. One that is cut off would not even end in good order: a leader waits for somebody to hand its office to.
 */
export function canBeSpared(situation: Situation, node: string): boolean {
  const { nodes, state, leader } = situation;
  const { process, cut } = state(node);
  if (process !== "running" || cut.length > 0 || leader === undefined) return false;
  const without: Situation = {
    ...situation,
    state: (name) => (name === node ? { ...state(name), process: "killed" } : state(name)),
  };
  const atWork = nodes.filter((other) => seesMajority(without, other));
  return atWork.length > nodes.length / 2 || nodes.length === 1;
}

/**
 * Whether it can serve, once it runs: while another fault keeps it from that, there is nothing to be
 * seen of the change.
 */
export function canServeAgain(situation: Situation, { nodes }: NodeChange): boolean {
  const { state } = situation;
  return nodes.every((node) => seesMajority(situation, node) && state(node).process === "running");
}

/**
 * Who changes a cluster node by node goes on only while the others are well: else the next one could
 * take the majority down. One that is under another fault just now is not asked.
 */
export async function requireOthersServe(cluster: Cluster, next: readonly string[]): Promise<void> {
  const others = cluster.nodes.filter((node) => {
    const { process, cut } = cluster.state(node);
    return process === "running" && cut.length === 0 && !next.includes(node);
  });
  let proof = await proveServing(cluster, others);
  for (let tries = 1; !proof.holds && tries < mostTries; tries++) {
    proof = await proveServing(cluster, others);
  }
  if (proof.holds) return;
  throw new HarnessError(`${inWords(next)} is not changed, since ${proof.evidence}`);
}

/** A probe is given up after a second, and whoever was harmed last may need that twice. */
const mostTries = 3;

export function proveServing(cluster: Cluster, nodes: readonly string[]): Promise<Proof> {
  return proveForEach(nodes, (node) => cluster.probeServing(node));
}

export function proveChanged(cluster: Cluster, { nodes, to }: NodeChange): Promise<Proof> {
  return proveForEach(nodes, (node) => cluster.probeChanged(node, to));
}
