import { connectOperator } from "../../../client/operator-client.js";
import { type AlarmsResponse, answerOrError, RequestError } from "../../../core/client.js";
import { HarnessError } from "../../../core/errors.js";
import type { NoChoice } from "../../../core/harms.js";
import type { OperatorClient } from "../../../core/operator.js";
import { plural } from "../../../core/plural.js";
import type { Proof } from "../../../core/proof.js";
import type { DockerHarm, Machines } from "./machines.js";

const requestMs = 1_000;
/** So long it is tried where a majority is at work, which may have to elect a leader. */
const raiseMs = 3_000;
const disarmMs = 10_000;
const pauseMs = 100;

/** Nobody writes it. */
const missingKey = "ordeal/no-space";
const refused = "etcdserver: mvcc: database space exceeded";
const keyNotFound = "etcdserver: key not found";

/**
 * The alarm that etcd raises where a member's quota is used up, raised by an operator for that member. The
 * whole cluster refuses what would take space until the alarm is disarmed, which takes a majority.
 */
export function noSpaceAlarm(machines: Machines): DockerHarm<NoChoice> {
  /** Of the members for which it is raised, by node. */
  const raised = new Map<string, string>();
  /** Of those for which it was raised last: they may be unable to say so when it is over. */
  const known = new Map<string, string>();

  const idOf = async (node: string) => (await machines.status(node, requestMs)).memberId;

  const lookAt = (node: string, holds: (seen: Sight) => boolean) =>
    worded(`${node} could not be asked who it is`, async () =>
      look(machines, known.get(node) ?? (await idOf(node)), holds),
    );

  return {
    isOn: (node) => raised.has(node),
    stopsNode: false,
    remediedWhen: "when-others-serve",

    inflict: (node) =>
      worded(`The alarm of ${node} could not be raised`, async () => {
        const id = raised.get(node) ?? (await idOf(node));
        // Noted before it is done: it may be done although no answer comes.
        raised.set(node, id);
        known.set(node, id);
        await insist(machines, raiseMs, (operator) => operator.raiseAlarm("NOSPACE", id));
      }),

    async remedy(node) {
      const id = raised.get(node);
      if (id === undefined) return;
      await worded(`The alarm of ${node} could not be disarmed`, () =>
        insist(machines, disarmMs, (operator) => operator.disarm("NOSPACE", id)),
      );
      raised.delete(node);
    },

    probeInForce: (node) => lookAt(node, ({ lists, refuses }) => lists && refuses),
    probeOver: (node) => lookAt(node, ({ lists, refuses }) => !lists && !refuses),
  };
}

/**
 * By whichever member can: those that work are asked in turn, where they are a majority for as long
 * as is said. To ask twice is harmless.
 */
async function insist(
  machines: Machines,
  patienceMs: number,
  ask: (operator: OperatorClient) => Promise<void>,
): Promise<void> {
  const running = machines.nodes.filter((node) => machines.state(node).process === "running");
  const isMajority = running.length > machines.nodes.length / 2;
  const deadline = performance.now() + (isMajority ? patienceMs : 0);
  for (let asked = 0; ; asked++) {
    const node = running[asked % running.length] ?? machines.nodes[0] ?? "";
    try {
      await withOperator(machines, node, ask);
      return;
    } catch (error) {
      if (!(error instanceof RequestError) || performance.now() > deadline) throw error;
      await machines.sleep(pauseMs);
    }
  }
}

/** As far as any member answered: each answer has the agreement of a majority. */
interface Sight {
  readonly lists: boolean;
  readonly refuses: boolean;
}

/**
 * Asks every member for the alarms, and for a put that changes nothing: it is to keep the value of
 * a key that is not there, and is refused for that where it is not refused for want of space.
 */
async function look(
  machines: Machines,
  id: string,
  holds: (seen: Sight) => boolean,
): Promise<Proof> {
  const answers = await Promise.all(machines.nodes.map((node) => ask(machines, node)));
  const lists = answers.flatMap(({ alarms }) => alarms ?? []);
  const puts = answers.flatMap(({ put }) => put ?? []);
  if (lists.length === 0 || puts.length === 0) {
    return {
      holds: false,
      evidence: "no member said which alarms there are and took or refused a put",
    };
  }
  const listed = lists.filter((ids) => ids.includes(id)).length;
  const refusing = puts.filter((details) => details === refused).length;
  const isAgreed = [0, lists.length].includes(listed) && [0, puts.length].includes(refusing);
  const evidence = `${listed} of ${plural(lists.length, "member")} list the alarm NOSPACE of ${id}, ${refusing} of ${puts.length} refuse a put for want of space`;
  return { holds: isAgreed && holds({ lists: listed > 0, refuses: refusing > 0 }), evidence };
}

/** Undefined is what the member did not answer, or not in these words. */
async function ask(machines: Machines, node: string) {
  const client = machines.connect(node, { timeoutMs: requestMs });
  try {
    const [alarms, put] = await Promise.all([
      answerOrError(client.alarms()),
      answerOrError(client.put({ key: missingKey, value: "", ignoreValue: true })),
    ]);
    const details = put instanceof RequestError ? put.facts.details : "it was done";
    return {
      alarms: alarms instanceof RequestError ? undefined : [nospaceOf(alarms)],
      put: [refused, keyNotFound].includes(details) ? details : undefined,
    };
  } finally {
    client.close();
  }
}

/** Ids of the members that the alarm is raised for. */
function nospaceOf({ alarms }: AlarmsResponse): string[] {
  return alarms.filter(({ alarm }) => alarm === "NOSPACE").map(({ memberId }) => memberId);
}

async function withOperator(
  machines: Machines,
  node: string,
  use: (operator: OperatorClient) => Promise<void>,
): Promise<void> {
  const operator = connectOperator({ ...machines.endpointOf(node), timeoutMs: requestMs });
  try {
    await use(operator);
  } finally {
    operator.close();
  }
}

/** What etcd does not comply with could not be done. */
async function worded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new HarnessError(`${what}: ${error.facts.details}.`, { cause: error });
  }
}
