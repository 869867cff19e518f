import { answerOrError, type Client, RequestError } from "../core/client.js";
import type { Cluster, NodeStatus, Proof } from "../core/cluster.js";

/** Reads on it write nothing, so that nobody's history knows of it. */
const servingKey = "ordeal/serving";

/** Member id of the leader, as far as the members that answer in time agree on one. */
export async function leaderId(
  cluster: Pick<Cluster, "nodes" | "status">,
  timeoutMs: number,
): Promise<string | undefined> {
  const { nodes } = cluster;
  const answers = await Promise.all(
    nodes.map((node) => answerOrError(cluster.status(node, timeoutMs))),
  );
  const statuses = answers.flatMap((answer) => (answer instanceof RequestError ? [] : [answer]));
  return agreedLeader(statuses, nodes.length);
}

/**
 * The member that a majority of all members follow in one term, the newest such. A member that was
 * cut off may count terms up all alone, so the highest term by itself says nothing.
 */
export function agreedLeader(
  statuses: readonly Pick<NodeStatus, "leaderId" | "raftTerm">[],
  members: number,
): string | undefined {
  const terms = [...new Set(statuses.map(({ raftTerm }) => raftTerm))].sort((a, b) => b - a);
  for (const term of terms) {
    const votes = new Map<string, number>();
    for (const { leaderId, raftTerm } of statuses) {
      if (raftTerm !== term || leaderId === "0") continue;
      votes.set(leaderId, (votes.get(leaderId) ?? 0) + 1);
    }
    for (const [leader, count] of votes) if (count > members / 2) return leader;
  }
  return undefined;
}

/**
 * Undefined where a linearizable read is answered, else why it is not. Closes the client: one for
 * each try, since an old connection may be waiting before it dials again.
 */
export async function whyNoRead(client: Client): Promise<string | undefined> {
  try {
    const answer = await answerOrError(client.range({ key: servingKey }));
    return answer instanceof RequestError ? answer.facts.details : undefined;
  } finally {
    client.close();
  }
}

/** The same as a proof that the client's node serves. */
export async function proveServing(client: Client): Promise<Proof> {
  const { node } = client;
  const reason = await whyNoRead(client);
  return reason === undefined
    ? { holds: true, evidence: `${node} answered a linearizable read` }
    : { holds: false, evidence: `${node} answered no linearizable read: ${reason}` };
}
