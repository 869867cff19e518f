import type { Removal } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import { proveServing } from "../../ask-members.js";
import { etcdProcesses } from "../node.js";
import { addMember, isMajority, removeMember, type View, viewsOf } from "../replace-member.js";
import type { DockerHarm, Machines } from "./machines.js";

const askMs = 1_000;

interface Removed {
  readonly how: Removal;
  isComplete: boolean;
}

/** The node is taken out of the cluster, and comes back as a new member with nothing on its disk. */
export function membership(machines: Machines): DockerHarm<Removal> {
  const all = new Map<string, Removed>();
  return {
    stopsNode: true,
    remediedWhen: "when-others-serve",
    isOn: (node) => all.has(node),
    async inflict(node, how) {
      // Known before it is done, so that a removal that failed half-way can be undone.
      const removed: Removed = { how, isComplete: false };
      all.set(node, removed);
      await removeMember(machines, node);
      removed.isComplete = true;
    },
    async remedy(node) {
      const removed = all.get(node);
      if (!removed) return;
      // It may yet come to pass, so it is gone through with.
      if (!removed.isComplete) await removeMember(machines, node);
      removed.isComplete = true;
      await addMember(machines, node, { asLearner: removed.how.comesBackAsLearner });
      all.delete(node);
    },
    probeInForce: (node) => proveRemoved(machines, node),
    probeOver: (node) => proveVoting(machines, node),
  };
}

async function proveRemoved(machines: Machines, node: string): Promise<Proof> {
  const [process] = await etcdProcesses(machines.machine(node));
  if (process) {
    return { holds: false, evidence: `etcd still runs on ${node} as process ${process.pid}` };
  }
  const views = await viewsOf(machines, node);
  const without = views.filter(({ listed }) => listed === undefined);
  return {
    holds: isMajority(without, machines),
    evidence: `no etcd process on ${node}, and ${tellers(without)} not list it as a member`,
  };
}

async function proveVoting(machines: Machines, node: string): Promise<Proof> {
  const views = await viewsOf(machines, node);
  const voting = views.filter(({ listed }) => listed && listed.name !== "" && !listed.isLearner);
  const evidence = `${tellers(voting)} list it as a member that was started and has a vote`;
  if (!isMajority(voting, machines)) return { holds: false, evidence };
  const serving = await proveServing(machines.connect(node, { timeoutMs: askMs }));
  return { holds: serving.holds, evidence: `${serving.evidence}, and ${evidence}` };
}

function tellers(views: readonly View[]): string {
  const names = views.map(({ teller }) => teller).join(", ");
  return `${names || "none of the others"} ${views.length > 1 ? "do" : "does"}`;
}
