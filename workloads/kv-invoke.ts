import {
  answerOrError,
  type FullClient,
  RequestError,
  type TxnRequest,
} from "../src/core/client.js";
import type { ResponseHeader } from "../src/core/operation.js";
import type { Answer } from "../src/core/workload.js";
import type { KvError, KvInput, KvOutput } from "../src/models/etcd/requests.js";

/** One request. Refusals that say something of the state are answers; others are let through. */
export async function invokeKv(client: FullClient, input: KvInput): Promise<Answer<KvOutput>> {
  const answer = await answerOrError<Answer<KvOutput>>(ask(client, input));
  if (!(answer instanceof RequestError)) return answer;
  const error = refusalIn(answer, input);
  if (error === undefined) throw answer;
  return { output: { error } };
}

async function ask(client: FullClient, input: KvInput): Promise<Answer<KvOutput>> {
  switch (input.f) {
    case "put":
      return withRevision(await client.put(input.request));
    case "delete":
      return withRevision(await client.deleteRange(input.request));
    case "range":
      return withRevision(await client.range(input.request));
    case "txn":
      return withRevision(await client.txn(input.request));
    case "compact":
      return withRevision(await client.compact(input.request));
    case "grant":
      return withRevision(await client.leaseGrant(input.request));
    case "revoke":
      return withRevision(await client.leaseRevoke(input.request));
  }
}

function withRevision<Response extends { readonly header: ResponseHeader }>(response: Response) {
  const { header, ...rest } = response;
  return { output: { revision: header.revision, ...rest }, header };
}

const compacted = "etcdserver: mvcc: required revision has been compacted";
const futureRevision = "etcdserver: mvcc: required revision is a future revision";
const leaseNotFound = "etcdserver: requested lease not found";
const keyNotFound = "etcdserver: key not found";

/**
 * By etcd's exact words. A transaction that writes and is refused is not among them: what one
 * member refuses, others may have applied (https://github.com/etcd-io/etcd/issues/18667).
 */
function refusalIn({ facts: { details } }: RequestError, input: KvInput): KvError | undefined {
  const canReadOld = input.f === "compact" || isReadOnlyKv(input);
  if (canReadOld && details === compacted) return "compacted";
  if (canReadOld && details === futureRevision) return "future-revision";
  const canMissLease = input.f === "put" || input.f === "revoke";
  if (canMissLease && details === leaseNotFound) return "lease-not-found";
  if (input.f === "put" && details === keyNotFound) return "key-not-found";
  return undefined;
}

export function isReadOnlyKv(input: KvInput): boolean {
  return input.f === "range" || (input.f === "txn" && onlyReads(input.request));
}

function onlyReads({ success, failure }: TxnRequest): boolean {
  return [...success, ...failure].every(
    (operation) =>
      operation.type === "range" || (operation.type === "txn" && onlyReads(operation.request)),
  );
}
