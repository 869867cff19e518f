import type {
  Holder,
  HolderInput,
  HolderOutput,
  ResourceValue,
} from "../src/checkers/lock/holder-operation.js";
import {
  answerOrError,
  type Compare,
  type FullClient,
  type KeyValue,
  type LeaderKey,
  RequestError,
  type TxnRequest,
} from "../src/core/client.js";
import type { Answer, InvokeContext } from "../src/core/workload.js";

/** Whether holders guard what they do by their key's create revision. */
export type Guard = "fenced" | "unfenced";

/** Each is one RPC. */
export async function invokeHolder(
  client: FullClient,
  input: HolderInput,
  { clock, over }: InvokeContext,
  guard: Guard,
): Promise<Answer<HolderOutput>> {
  switch (input.f) {
    case "grant": {
      const { header, id, ttl } = await client.leaseGrant({ ttl: input.ttl });
      return { output: { type: "granted", lease: id, ttl }, header };
    }
    case "lock": {
      const { name, lease } = input;
      const { header, key } = await client.lock({ name, lease });
      return { output: { type: "held", holder: { key, lease } }, header };
    }
    case "campaign": {
      const { name, lease, value } = input;
      const { header, leader } = await client.campaign({ name, lease, value: String(value) });
      const { key, createRevision } = leader;
      return { output: { type: "held", holder: { key, lease, createRevision } }, header };
    }
    case "read":
      return read(client, input, guard);
    case "write":
      await clock.sleep(input.heldUpMs, over);
      return write(client, input, guard);
    case "proclaim":
      return proclaim(client, input);
    case "owner":
      return owner(client, input.name);
    case "leader":
      return leader(client, input.name);
    case "keepalive": {
      const { header, ttl } = await client.leaseKeepAlive({ id: input.lease });
      return { output: { type: "renewed", ttl }, header };
    }
    case "unlock": {
      const { header } = await client.unlock({ key: input.by.key });
      return { output: { type: "released" }, header };
    }
    case "resign": {
      const { header } = await client.resign({ leader: leaderKeyOf(input) });
      return { output: { type: "released" }, header };
    }
    case "revoke":
      return revoke(client, input.lease);
  }
}

/** Not below a lock's name, or it would wait in the queue. */
export function resourceOf(name: string): string {
  return `resource of ${name}`;
}

async function read(
  client: FullClient,
  { name, by }: HolderInput & { readonly f: "read" },
  guard: Guard,
): Promise<Answer<HolderOutput>> {
  const request = { key: resourceOf(name) };
  if (guard === "unfenced" || !by) {
    const { header, kvs } = await client.range(request);
    return { output: foundIn(kvs, header.revision), header };
  }
  const { header, succeeded, responses } = await client.txn({
    compare: [fenceOf(by)],
    success: [{ type: "range", request }],
    failure: [],
  });
  if (!succeeded) return { output: { type: "refused" }, header };
  const [inner] = responses;
  const kvs = inner?.type === "range" ? inner.response.kvs : [];
  return { output: foundIn(kvs, header.revision), header };
}

async function write(
  client: FullClient,
  { name, by, value }: HolderInput & { readonly f: "write" },
  guard: Guard,
): Promise<Answer<HolderOutput>> {
  const request = { key: resourceOf(name), value: String(value) };
  if (guard === "unfenced") {
    const { header } = await client.put(request);
    return { output: { type: "written", revision: header.revision }, header };
  }
  const fenced: TxnRequest = {
    compare: [fenceOf(by)],
    success: [{ type: "put", request }],
    failure: [],
  };
  const { header, succeeded } = await client.txn(fenced);
  if (!succeeded) return { output: { type: "refused" }, header };
  return { output: { type: "written", revision: header.revision }, header };
}

/** The holder's key is the one that it had when it won. Each lease has its own, used once. */
function fenceOf({ key, createRevision }: Holder): Compare {
  return createRevision === undefined
    ? { key, target: "create", result: "greater", operand: 0 }
    : { key, target: "create", result: "equal", operand: createRevision };
}

async function proclaim(
  client: FullClient,
  input: HolderInput & { readonly f: "proclaim" },
): Promise<Answer<HolderOutput>> {
  const answer = await answerOrError(
    client.proclaim({ leader: leaderKeyOf(input), value: String(input.value) }),
  );
  if (answer instanceof RequestError) {
    if (isWorded(answer, "election: not leader")) return { output: { type: "refused" } };
    throw answer;
  }
  const { header } = answer;
  return { output: { type: "written", revision: header.revision }, header };
}

async function owner(client: FullClient, name: string): Promise<Answer<HolderOutput>> {
  const { header, kvs } = await client.range({
    ...{ key: `${name}/`, rangeEnd: `${name}0`, limit: 1 },
    sort: { target: "create", order: "ascend" },
  });
  const [kv] = kvs;
  return { output: kv ? ownerIn(kv, header.revision) : { type: "nobody" }, header };
}

async function leader(client: FullClient, name: string): Promise<Answer<HolderOutput>> {
  const answer = await answerOrError(client.electionLeader({ name }));
  if (answer instanceof RequestError) {
    if (isWorded(answer, "election: no leader")) return { output: { type: "nobody" } };
    throw answer;
  }
  const { header, kv } = answer;
  return { output: ownerIn(kv, header.revision), header };
}

/** A lease that is not there any more is as good as revoked. */
async function revoke(client: FullClient, id: string): Promise<Answer<HolderOutput>> {
  const answer = await answerOrError(client.leaseRevoke({ id }));
  if (!(answer instanceof RequestError)) {
    return { output: { type: "released" }, header: answer.header };
  }
  if (!isWorded(answer, "etcdserver: requested lease not found")) throw answer;
  return { output: { type: "released" } };
}

/** Etcd's own words, which no transport has: of these services they come without a code. */
function isWorded({ facts }: RequestError, details: string): boolean {
  return facts.sent && facts.details === details;
}

function leaderKeyOf(input: { readonly name: string; readonly by: Holder }): LeaderKey {
  const { name, by } = input;
  const { key, lease, createRevision = 0 } = by;
  return { name, key, lease, createRevision };
}

function ownerIn({ key, createRevision }: KeyValue, revision: number): HolderOutput {
  return { type: "owner", key, createRevision, revision };
}

function foundIn([kv]: readonly KeyValue[], revision: number): HolderOutput {
  return {
    type: "found",
    value: kv ? valueIn(kv.value) : null,
    modRevision: kv?.modRevision ?? 0,
    revision,
  };
}

/** Whatever no client can have written is kept as it was found. */
function valueIn(text: string): ResourceValue {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
