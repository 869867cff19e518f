import { type OperatedMember, RequestError } from "../../core/client.js";
import { HarnessError } from "../../core/errors.js";
import type { OperatorClient } from "../../core/operator.js";
import { connectOperator } from "../../client/operator-client.js";
import { whyNoRead } from "../ask-members.js";
import type { Machines } from "./harms/machines.js";
import { joiningConfig, peerUrlOf } from "./joining-config.js";
import { etcdProcesses } from "./node.js";

/**
 * Takes a node out of its cluster and back into it, as an operator does who replaces a machine:
 * another member is asked to remove it, and later to add one at the same address, with a disk that
 * is empty.
 */

const rpcMs = 2_000;
const readMs = 1_000;
const pauseMs = 100;
/** A cluster that is well needs 1 to 3 s; on a busy machine, right after it was healed, more. */
const patienceMs = 30_000;
/** While something else is in the way it may stay there: whoever waits holds up its remedy. */
const shortPatienceMs = 12_000;

/**
 * Removes the node from the members, ends its etcd and empties its disk: in this order, since a
 * member that forgot what it had said could break promises of the cluster. Safe where it is removed
 * already. Rejects with HarnessError where the others do not do it in time; then nothing was emptied.
 */
export async function removeMember(machines: Machines, node: string): Promise<void> {
  await insist(machines, node, `${node} could not be removed from the members`, async () => {
    const views = await viewsOf(machines, node);
    const [listed] = views.flatMap((view) => view.listed ?? []);
    if (listed) {
      await askOther(machines, node, (other) => other.removeMember(listed.id));
      return undefined;
    }
    return isMajority(views, machines) ? undefined : `only ${views.length} others were heard`;
  });
  await machines.stopEtcd(node, "KILL");
  await machines.emptyData(node);
}

/**
 * Adds a node that was removed to the members, starts its etcd and waits until it serves and has a
 * vote; as a learner it is promoted as soon as etcd takes it. What is half done already is gone on
 * with, and nothing is emptied, since it may have begun to speak for itself. Where etcd knows no
 * learners, it has a vote at once. Rejects with HarnessError where it takes too long.
 */
export async function addMember(
  machines: Machines,
  node: string,
  { asLearner }: { readonly asLearner: boolean },
): Promise<void> {
  await insist(machines, node, `${node} could not be added to the members`, async () => {
    const members = await askOther(machines, node, listMembers);
    const listed = memberOf(machines, node, members);
    if (listed) return nextStep(machines, node, listed);
    const peerUrls = [peerUrlOf(machines.configOf(node))];
    await askOther(machines, node, (other) => other.addMember({ peerUrls, asLearner }));
    return "it was added a moment ago";
  });
}

/** How another node lists this one; undefined where it does not. */
export interface View {
  readonly teller: string;
  readonly listed: OperatedMember | undefined;
}

/** Of the other nodes that answer. */
export async function viewsOf(machines: Machines, node: string): Promise<readonly View[]> {
  const others = machines.nodes.filter((other) => other !== node);
  const views = await Promise.all(
    others.map(async (teller) => {
      const members = await listOf(machines, teller, { linearizable: true });
      return members ? [{ teller, listed: memberOf(machines, node, members) }] : [];
    }),
  );
  return views.flat();
}

/** Of all nodes. Only most of them together are believed: one that lags behind knows no better. */
export function isMajority(views: readonly View[], { nodes }: Machines): boolean {
  return views.length > nodes.length / 2;
}

/** By its address: one that was never started has no name yet. */
function memberOf(
  machines: Machines,
  node: string,
  members: readonly OperatedMember[],
): OperatedMember | undefined {
  const peerUrl = peerUrlOf(machines.configOf(node));
  return members.find(({ peerUrls }) => peerUrls.includes(peerUrl));
}

function listMembers(operator: OperatorClient): Promise<readonly OperatedMember[]> {
  return operator.listMembers({ linearizable: true });
}

/** On the way from an added member to one that serves. Gives what is still missing. */
async function nextStep(
  machines: Machines,
  node: string,
  { id, name, isLearner }: OperatedMember,
): Promise<string | undefined> {
  const [process] = await etcdProcesses(machines.machine(node));
  if (!process) return startJoining(machines, node, id);
  if (name === "") return "its etcd has not joined yet";
  if (isLearner) {
    await askOther(machines, node, (other) => other.promoteMember(id));
    return "it was promoted a moment ago";
  }
  return whyNoRead(machines.connect(node, { timeoutMs: readMs }));
}

/**
 * An etcd that joins asks any member who the members are, and believes it: told by one that lags
 * behind, it ends for good or takes itself for the member that it was before. So it is started only
 * once all whom it can reach know it by its new id.
 */
async function startJoining(machines: Machines, node: string, id: string): Promise<string> {
  const reachable = machines.nodes.filter(
    (other) => other !== node && !isCut(machines, node, other),
  );
  const lists = await Promise.all(
    reachable.map(async (other) => ({
      isAtWork: machines.state(other).process === "running",
      members: await listOf(machines, other, { linearizable: false }),
    })),
  );
  const toKnow = lists.filter(({ isAtWork, members }) => isAtWork || members !== undefined);
  const knowing = toKnow.flatMap(({ members = [] }) =>
    memberOf(machines, node, members)?.id === id ? [members] : [],
  );
  const [members] = knowing;
  if (!members || knowing.length < toKnow.length) {
    return `${knowing.length} of the ${toKnow.length} members that it may ask know of it`;
  }
  await machines.writeConfig(node, joiningConfig(machines.configOf(node), members));
  await machines.startEtcd(node);
  return "its etcd was started a moment ago";
}

function isCut(machines: Machines, node: string, other: string): boolean {
  return machines.state(node).cut.some(({ from, to }) => from === other || to === other);
}

/** Undefined where it does not answer. */
async function listOf(
  machines: Machines,
  node: string,
  options: { readonly linearizable: boolean },
): Promise<readonly OperatedMember[] | undefined> {
  const operator = connectOperator({ ...machines.endpointOf(node), timeoutMs: readMs });
  try {
    return await operator.listMembers(options);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  } finally {
    operator.close();
  }
}

/** Asks the first other member that complies, those first to which nothing is done just now. */
async function askOther<T>(
  machines: Machines,
  node: string,
  ask: (operator: OperatorClient) => Promise<T>,
): Promise<T> {
  const others = machines.nodes.filter(
    (other) => other !== node && machines.state(other).process === "running",
  );
  const isFree = (other: string) => machines.state(other).cut.length === 0;
  const inOrder = [...others.filter(isFree), ...others.filter((other) => !isFree(other))];
  let refusal: RequestError | undefined;
  for (const other of inOrder) {
    const operator = connectOperator({ ...machines.endpointOf(other), timeoutMs: rpcMs });
    try {
      return await ask(operator);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      refusal ??= error;
    } finally {
      operator.close();
    }
  }
  throw refusal ?? new HarnessError(`No other member than ${node} could be asked.`);
}

/**
 * Takes one step after the other until nothing is missing. What a member did not comply with may
 * have been done all the same, so each step begins by looking.
 */
async function insist(
  machines: Machines,
  node: string,
  what: string,
  step: () => Promise<string | undefined>,
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const missing = await orRefusal(step);
    if (missing === undefined) return;
    const limitMs = isAnythingInTheWay(machines, node) ? shortPatienceMs : patienceMs;
    if (performance.now() - begun > limitMs) {
      throw new HarnessError(`${what} within ${limitMs / 1000} s: ${missing}.`);
    }
    await machines.sleep(pauseMs);
  }
}

async function orRefusal(step: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof RequestError) return error.facts.details;
    throw error;
  }
}

function isAnythingInTheWay(machines: Machines, node: string): boolean {
  return machines.nodes.some((other) => {
    const { process, cut } = machines.state(other);
    return cut.length > 0 || (other !== node && process !== "running");
  });
}
