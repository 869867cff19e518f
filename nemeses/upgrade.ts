import { RequestError } from "../src/core/client.js";
import type { Cluster, Proof, SetUpFacts } from "../src/core/cluster.js";
import { HarnessError } from "../src/core/errors.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { type VersionStep, versionStep } from "../src/core/version-step.js";
import { forEachNode, proveForEach } from "./each-node.js";
import {
  canBeSpared,
  canServeAgain,
  counterpart,
  lookAfterMs,
  lowestStep,
  type NodeChange,
  proveChanged,
  proveServing,
  requireOthersServe,
  runs,
} from "./node-changes.js";

export interface UpgradeSpec extends NodeChange {
  readonly nemesis: "upgrade";
  /** What etcd says of itself afterwards, such as "3.5.30". */
  readonly version: string;
  /**
   * So many milliseconds after it was seen to run, the new etcd is killed, and it is started again
   * when the fault is healed. Undefined where it goes on.
   */
  readonly killAfterMs?: number;
}

/**
 * Nodes go from one version of etcd to the next, one after the other, while the cluster serves; now
 * and then one goes back. Where the new etcd goes on, the change is in force once it runs; where it is
 * killed in its first second, once it is gone. Either is over once the node serves and says that it
 * is of that version. No version is given back by healing: that would be another change.
 */
export const upgrade: Nemesis<UpgradeSpec> = {
  name: "upgrade",
  summary:
    "takes nodes from one version of etcd to the next, one after the other, sometimes back, sometimes killed on the way",
  needs: ["rollout"],
  needsWholeCluster: true,

  choose(situation, random) {
    const changes = situation.nodes
      .filter((node) => canBeSpared(situation, node))
      .flatMap((node) => nextOf(situation, node));
    const forward = changes.filter(({ from, to }) => to.step > from.step);
    const back = changes.filter(({ from, to }) => to.step < from.step);
    const goesBack = forward.length === 0 || (back.length > 0 && random.below(5) === 0);
    const possible = goesBack ? back : forward;
    if (possible.length === 0) return undefined;
    const { node, from, to } = random.pick(possible);
    const isKilled = random.below(4) === 0;
    return upgradeOf(node, { from, to, ...(isKilled && { killAfterMs: random.below(800) }) });
  },

  canBeHealed: (situation, spec) =>
    canServeAgain(spec.killAfterMs === undefined ? situation : asIfStarted(situation, spec), spec),

  async inject(cluster, spec) {
    const { nodes, to, version, killAfterMs } = spec;
    for (const node of nodes) requireAllowed(cluster, node, version);
    await requireOthersServe(cluster, nodes);
    await forEachNode(nodes, (node) => cluster.change(node, to));
    if (killAfterMs === undefined) return;
    await untilChanged(cluster, spec);
    await cluster.sleep(killAfterMs);
    await forEachNode(nodes, (node) => cluster.kill(node));
  },

  proveInForce: (cluster, spec) =>
    spec.killAfterMs === undefined
      ? proveChanged(cluster, spec)
      : proveForEach(spec.nodes, (node) => cluster.probeKilled(node)),

  async heal(cluster, { nodes, killAfterMs }) {
    if (killAfterMs !== undefined) await forEachNode(nodes, (node) => cluster.start(node));
  },

  async proveOver(cluster, spec) {
    const { nodes, version } = spec;
    const changed = await proveChanged(cluster, spec);
    if (!changed.holds) return changed;
    const serving = await proveServing(cluster, nodes);
    if (!serving.holds) return serving;
    const says = await proveForEach(nodes, (node) => proveVersion(cluster, node, version));
    return { holds: says.holds, evidence: `${serving.evidence}; ${says.evidence}` };
  },
};

/** What it killed, its remedy starts. */
function asIfStarted(situation: Situation, { nodes }: UpgradeSpec): Situation {
  const { state } = situation;
  return {
    ...situation,
    state: (node) =>
      nodes.includes(node) && state(node).process === "killed"
        ? { ...state(node), process: "running" }
        : state(node),
  };
}

interface UpgradeWay {
  readonly from: SetUpFacts;
  readonly to: SetUpFacts;
  readonly killAfterMs?: number;
}

export function upgradeOf(node: string, { from, to, killAfterMs }: UpgradeWay): UpgradeSpec {
  const what = to.step < from.step ? "goes back" : "goes on";
  const change = `${node} ${what} from etcd ${from.version} to ${to.version}`;
  return {
    nemesis: "upgrade",
    nodes: [node],
    to: to.name,
    version: to.version,
    ...(killAfterMs === undefined
      ? { holdMs: lookAfterMs, description: change }
      : { killAfterMs, description: `${change}, and is killed as soon as that runs` }),
  };
}

/** The way on and the way back, as far as they are open. */
function nextOf(situation: Situation, node: string) {
  const now = situation.state(node);
  const from = runs(now);
  if (!from) return [];
  const lowest = lowestStep(situation);
  // Where the last etcd was reached everywhere, all that is left is the way back.
  const isAtTheEnd = !counterpart(now, { ...from, step: lowest + 1 });
  const step = from.step > lowest || isAtTheEnd ? from.step - 1 : from.step + 1;
  const to = counterpart(now, { ...from, step });
  return to && isAllowed(situation, node, to.version) ? [{ node, from, to }] : [];
}

/**
 * The cluster's version is the lowest minor version among its members: it rises as soon as the last
 * of them is newer, and does not fall again. An etcd does not start in a cluster whose version is above
 * its own: 3.4.23 ends at once, with "invalid downgrade; server version is lower than determined cluster
 * version". So a node goes back to an older minor version only while another still runs that one. All
 * members are within one minor version of each other.
 */
function isAllowed(
  { nodes, state }: Pick<Situation, "nodes" | "state">,
  node: string,
  to: string,
): boolean {
  const now = runs(state(node))?.version ?? "";
  const others = nodes
    .filter((other) => other !== node)
    .map((other) => runs(state(other))?.version ?? "");
  if (![now, ...others].every((version) => areNear(version, to))) return false;
  return versionStep(now, to) !== "minor downgrade" || others.some((one) => areOfOneMinor(one, to));
}

function areNear(one: string, other: string): boolean {
  const near: readonly VersionStep[] = ["none", "patch", "minor upgrade", "minor downgrade"];
  return near.includes(versionStep(one, other)) && near.includes(versionStep(other, one));
}

function areOfOneMinor(one: string, other: string): boolean {
  return ["none", "patch"].includes(versionStep(one, other));
}

/** The cluster may have changed since it was chosen, and what is asked for again was not chosen now. */
function requireAllowed(cluster: Cluster, node: string, to: string): void {
  if (isAllowed({ nodes: cluster.nodes, state: (name) => cluster.state(name) }, node, to)) return;
  const versions = cluster.nodes.map(
    (name) => `${name} ${runs(cluster.state(name))?.version ?? ""}`,
  );
  throw new HarnessError(
    `${node} is not changed to etcd ${to}: with ${versions.join(", ")} it would not start, or be alone.`,
  );
}

async function untilChanged(cluster: Cluster, change: NodeChange): Promise<void> {
  let proof = await proveChanged(cluster, change);
  for (let tries = 1; !proof.holds && tries < mostLooks; tries++) {
    await cluster.sleep(lookMs);
    proof = await proveChanged(cluster, change);
  }
  if (!proof.holds) throw new HarnessError(`There is nothing to kill: ${proof.evidence}.`);
}

const mostLooks = 10;
const lookMs = 50;

async function proveVersion(cluster: Cluster, node: string, version: string): Promise<Proof> {
  try {
    const said = await cluster.status(node, statusMs);
    const evidence = `${node} says that it is etcd ${said.version}`;
    return { holds: said.version === version, evidence };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { holds: false, evidence: `${node} does not say what it is: ${error.message}` };
  }
}

const statusMs = 500;
