import { answerOrError, RequestError } from "../../../core/client.js";
import type { Proof } from "../../../core/cluster.js";
import { HarnessError } from "../../../core/errors.js";
import type { Corruption } from "../../../core/harms.js";
import { proveServing } from "../../ask-members.js";
import { findingLevel, tellingLine } from "../logs.js";
import { etcdProcesses } from "../node.js";
import { addMember, removeMember } from "../replace-member.js";
import { damageFile, type DamagedFile, damageInWords } from "./damage-file.js";
import type { DockerHarm, Machines } from "./machines.js";
import { membership } from "./membership.js";
import { proveSameData } from "./same-data.js";

interface Patient {
  /** Undefined until its file was damaged. */
  readonly file?: DamagedFile;
  /** The last that its etcd had said before it was started on that file. */
  readonly lastWord?: string;
}

const askMs = 1_000;
const pauseMs = 100;
/** An election may be under way. */
const othersLimitMs = 8_000;
/** A member that is as well as the others answers within that time. */
const verdictLimitMs = 2_500;

/**
 * A file of the node is damaged while its etcd is stopped, and its etcd is started on it. Where etcd
 * notices and ends, the node is replaced, as an operator would. Where etcd goes on, nothing is
 * undone: what it serves then is its own affair, and for others to look at.
 */
export function corrupt(machines: Machines): DockerHarm<Corruption> {
  const patients = new Map<string, Patient>();
  return {
    stopsNode: true,
    remediedWhen: "when-others-serve",
    isOn: (node) => patients.has(node),

    async inflict(node, how) {
      const { process } = machines.state(node);
      if (process !== "running") {
        throw new HarnessError(`The files of ${node} are not damaged: it is ${process}.`);
      }
      // Known before it is done, so that what failed half-way can be undone.
      patients.set(node, {});
      await machines.stopEtcd(node, how.stoppedBy);
      await untilOthersKnowAll(machines, node);
      const file = await damageFile(machines.machine(node), how);
      const [lastWord] = machines.logOf(node).lastLines(1);
      patients.set(node, { file, ...(lastWord !== undefined && { lastWord }) });
      await machines.startEtcd(node);
    },

    async probeInForce(node) {
      const { file, lastWord } = patients.get(node) ?? {};
      if (!file) return { holds: false, evidence: `no file of ${node} was damaged` };
      if (file.before === file.after) {
        return { holds: false, evidence: `${file.name} of ${node} is as it was` };
      }
      const verdict = await verdictOf(machines, node, lastWord);
      return {
        holds: verdict !== undefined,
        evidence: `on ${node}, ${damageInWords(file)}, and etcd, started on it, ${verdict ?? "has said nothing"}`,
      };
    },

    async remedy(node) {
      const patient = patients.get(node);
      if (!patient) return;
      const isDamaged = patient.file !== undefined && patient.file.before !== patient.file.after;
      if (!isDamaged) await machines.startEtcd(node);
      else if (!(await isServing(machines, node))) await replace(machines, node);
      patients.delete(node);
    },

    async probeOver(node): Promise<Proof> {
      const voting = await membership(machines).probeOver(node);
      if (!voting.holds) return voting;
      const same = await proveSameData(machines, node);
      return { holds: same.holds, evidence: `${voting.evidence}; ${same.evidence}` };
    },
  };
}

/**
 * Waits until each of the others has applied something that was proposed after the node had ended:
 * then it has all that the node ever acknowledged, and a vote that the node may forget is for a term
 * that is over or settled. A list of alarms is answered by way of the log, and changes nothing.
 */
async function untilOthersKnowAll(machines: Machines, node: string): Promise<void> {
  const deadline = performance.now() + othersLimitMs;
  const others = machines.nodes.filter((other) => machines.state(other).process === "running");
  if (others.length <= machines.nodes.length / 2) {
    throw new HarnessError(`The files of ${node} are not damaged: too few others are well.`);
  }
  const ask = async (other: string) => {
    const client = machines.connect(other, { timeoutMs: askMs });
    const answer = await answerOrError(client.alarms());
    client.close();
    return answer;
  };
  await Promise.all(
    others.map(async (other) => {
      for (;;) {
        const answer = await ask(other);
        if (!(answer instanceof RequestError)) return;
        if (performance.now() > deadline) {
          const said = answer.facts.details;
          throw new HarnessError(
            `The files of ${node} are not damaged, since ${other} may not know all that it knew: ${said}.`,
          );
        }
        await machines.sleep(pauseMs);
      }
    }),
  );
}

/** What etcd made of it; undefined where it did not even begin. Waits a little for it. */
async function verdictOf(
  machines: Machines,
  node: string,
  lastWord: string | undefined,
): Promise<string | undefined> {
  const deadline = performance.now() + verdictLimitMs;
  for (;;) {
    const [process] = await etcdProcesses(machines.machine(node));
    const said = saidSince(machines.logOf(node).lastLines(mostLines), lastWord);
    if (!process) {
      if (said.length === 0) return undefined;
      const found = said.find((line) => findingLevel(line) !== undefined);
      return `ended; it had said "${tellingLine(found === undefined ? said : [found])}"`;
    }
    const serving = await proveServing(machines.connect(node, { timeoutMs: askMs }));
    if (serving.holds) return "serves";
    if (performance.now() > deadline) return "runs and does not serve yet";
    await machines.sleep(pauseMs);
  }
}

const mostLines = 200;

/** Each line has its time: the same one does not come twice. */
function saidSince(lines: readonly string[], lastWord: string | undefined): readonly string[] {
  return lastWord === undefined ? lines : lines.slice(lines.lastIndexOf(lastWord) + 1);
}

async function isServing(machines: Machines, node: string): Promise<boolean> {
  const deadline = performance.now() + verdictLimitMs;
  for (;;) {
    const [process] = await etcdProcesses(machines.machine(node));
    if (!process) return false;
    const serving = await proveServing(machines.connect(node, { timeoutMs: askMs }));
    if (serving.holds || performance.now() > deadline) return serving.holds;
    await machines.sleep(pauseMs);
  }
}

async function replace(machines: Machines, node: string): Promise<void> {
  await removeMember(machines, node);
  await addMember(machines, node, { asLearner: false });
}
