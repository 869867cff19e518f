import { createHash } from "node:crypto";
import { connectOperator } from "../../../client/operator-client.js";
import { answerOrError, type MemberClient, RequestError } from "../../../core/client.js";
import type { Proof } from "../../../core/cluster.js";
import { HarnessError } from "../../../core/errors.js";
import type { OperatorClient } from "../../../core/operator.js";
import { paths } from "../etcd-config.js";
import { runScript } from "../node.js";
import type { Machines } from "./machines.js";

/** Looks whether a deed was done. Rejects with RequestError where etcd does not answer. */
export type Look = () => Promise<Proof>;

const requestMs = 3_000;
/** Reads on it write nothing, so that nobody's history knows of it. */
const readKey = "ordeal/admin";

/** Until the newest revision. Seen done where what is older is refused as compacted. */
export function compact(
  machines: Machines,
  node: string,
  { physical }: { readonly physical: boolean },
): Promise<Look> {
  return withMember(machines, node, async (member) => {
    const { revision } = (await member.range({ key: readKey })).header;
    const { compactRevision } = await member.hashKv({});
    if (revision <= Math.max(1, compactRevision)) {
      throw new HarnessError(`nothing was written since ${node} was compacted last`);
    }
    if (await refusesOld(member, revision - 1)) {
      throw new HarnessError(`${node} was compacted by somebody else just now`);
    }
    await member.compact({ revision, physical });
    return () =>
      withMember(machines, node, async (asked) => {
        const holds = await refusesOld(asked, revision - 1);
        const word = holds ? "refuses" : "answers";
        return { holds, evidence: `${node} ${word} reads at revision ${revision - 1}` };
      });
  });
}

async function refusesOld(member: MemberClient, revision: number): Promise<boolean> {
  const answer = await answerOrError(member.range({ key: readKey, revision }));
  if (!(answer instanceof RequestError)) return false;
  if (answer.facts.details.endsWith("required revision has been compacted")) return true;
  throw answer;
}

/** Seen done where the database is another file and the member answers. */
export async function defragment(machines: Machines, node: string): Promise<Look> {
  const before = await databaseOf(machines, node);
  await withOperator(machines, node, (operator) => operator.defragment());
  return async () => {
    const after = await databaseOf(machines, node);
    await machines.status(node, requestMs);
    const isNew = after.inode !== before.inode;
    return {
      holds: isNew,
      evidence: isNew
        ? `the database of ${node} was written anew: ${before.bytes} bytes before, ${after.bytes} after`
        : `the database of ${node} is the same file as before`,
    };
  };
}

async function databaseOf(machines: Machines, node: string) {
  const said = await runScript(
    machines.machine(node),
    `stat -c '%i %s' ${paths.data}/member/snap/db`,
    `The database of ${node} could not be looked at`,
  );
  const [inode, bytes] = said.trim().split(" ");
  return { inode, bytes };
}

/** Seen done where a majority follows another. Asked once: a repetition could move it back. */
export async function moveLeader(
  machines: Machines,
  node: string,
  { to }: { readonly to: string },
): Promise<Look> {
  if ((await machines.leader()) !== node) throw new HarnessError(`${node} does not lead`);
  const { memberId } = await machines.status(to, requestMs);
  await withOperator(machines, node, (operator) => operator.moveLeader(memberId));
  return async () => {
    const leader = await machines.leader();
    return leader === to
      ? { holds: true, evidence: `a majority follows ${to}, and followed ${node} before` }
      : { holds: false, evidence: `a majority follows ${leader ?? "nobody"}, not ${to}` };
  };
}

const digestBytes = 32;

/** Seen done where it came to its end and what etcd says of its content is true. */
export function saveSnapshot(machines: Machines, node: string): Promise<Look> {
  return withOperator(machines, node, async (operator) => {
    const hash = createHash("sha256");
    let [bytes, tail] = [0, Buffer.alloc(0)];
    await operator.saveSnapshot((piece) => {
      bytes += piece.length;
      tail = Buffer.concat([tail, piece]);
      const body = tail.subarray(0, Math.max(0, tail.length - digestBytes));
      hash.update(body);
      tail = tail.subarray(body.length);
    });
    const isRight = hash.digest().equals(tail);
    const proof: Proof = {
      holds: isRight,
      evidence: `${node} sent a snapshot of ${bytes} bytes, ${isRight ? "whose SHA-256 is right" : "which its SHA-256 does not fit"}`,
    };
    return () => Promise.resolve(proof);
  });
}

/** Seen done where it is answered. */
export function listAlarms(machines: Machines, node: string): Promise<Look> {
  return withMember(machines, node, async (member) => {
    const { alarms } = await member.alarms();
    const list = alarms.map(({ alarm, memberId }) => `${alarm} of ${memberId}`).join(", ");
    const evidence = `${node} listed ${alarms.length === 0 ? "no alarm" : list}`;
    return () => Promise.resolve({ holds: true, evidence });
  });
}

async function withMember<T>(
  machines: Machines,
  node: string,
  use: (member: MemberClient) => Promise<T>,
): Promise<T> {
  const member = machines.connect(node, { timeoutMs: requestMs });
  try {
    return await use(member);
  } finally {
    member.close();
  }
}

async function withOperator<T>(
  machines: Machines,
  node: string,
  use: (operator: OperatorClient) => Promise<T>,
): Promise<T> {
  const operator = connectOperator({ ...machines.endpointOf(node), timeoutMs: requestMs });
  try {
    return await use(operator);
  } finally {
    operator.close();
  }
}
