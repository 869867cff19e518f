import type {
  KubernetesInput,
  KubernetesOutput,
  ListInput,
} from "../src/checkers/kubernetes/kubernetes-operation.js";
import {
  answerOrError,
  type Compare,
  type FullClient,
  type KeyValue,
  RequestError,
  type TxnOperation,
  type TxnRequest,
} from "../src/core/client.js";
import type { Answer, InvokeContext } from "../src/core/workload.js";
import type { FoundObject, ObjectInput, RefusedOutput } from "../src/models/kubernetes-object.js";
import { watchFor } from "./kubernetes-watch.js";

type Told = Promise<Answer<KubernetesOutput>>;

/**
 * One request each, in the shape that the API server gives it: Kubernetes,
 * staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go, watcher.go, compact.go, lease_manager.go.
 */
export async function askKubernetes(
  client: FullClient,
  input: KubernetesInput,
  context: InvokeContext,
): Told {
  switch (input.f) {
    case "get": {
      const { header, kvs } = await client.range({ key: input.key });
      return { output: { found: foundIn(kvs) }, header };
    }
    case "list":
      return page(client, input);
    case "watch":
      return { output: await watchFor(client, input, context) };
    case "compact":
      return compact(client, input.revision);
    case "lease": {
      const { header, id } = await client.leaseGrant({ ttl: input.ttl });
      return { output: { lease: id }, header };
    }
    case "event": {
      const { key, value, lease } = input;
      const { header } = await client.put({ key, value, lease });
      return { output: { done: true, revision: header.revision }, header };
    }
    default:
      return guardedWrite(client, input);
  }
}

/** That a revision is not there (any more) is an answer. */
async function page(client: FullClient, { key, rangeEnd, limit, revision }: ListInput): Told {
  const asked = await answerOrError(
    client.range({
      ...{ key, rangeEnd },
      ...(limit !== undefined && { limit }),
      ...(revision !== undefined && { revision }),
    }),
  );
  if (asked instanceof RequestError) return { output: { refused: whyNotThere(asked) } };
  const { header, kvs, count, more } = asked;
  return { output: { kvs, count, more, revision: header.revision }, header };
}

async function compact(client: FullClient, revision: number): Told {
  const asked = await answerOrError(client.compact({ revision }));
  if (asked instanceof RequestError) return { output: { refused: whyNotThere(asked) } };
  return { output: { compacted: true }, header: asked.header };
}

const outOfRange = 11;

function whyNotThere(error: RequestError): "compacted" | "future" {
  const { code, details } = error.facts;
  if (code === outOfRange && details.endsWith("required revision has been compacted")) {
    return "compacted";
  }
  if (code === outOfRange && details.endsWith("required revision is a future revision")) {
    return "future";
  }
  throw error;
}

type GuardedInput = Exclude<ObjectInput, { readonly f: "get" | "event" }>;

async function guardedWrite(client: FullClient, input: GuardedInput): Told {
  const { header, succeeded, responses } = await client.txn(requestOf(input));
  if (succeeded) return { output: { done: true, revision: header.revision }, header };
  const [inner] = responses;
  const output: RefusedOutput =
    inner?.type === "range" ? { done: false, found: foundIn(inner.response.kvs) } : { done: false };
  return { output, header };
}

function requestOf(input: GuardedInput): TxnRequest {
  const { key } = input;
  const look: TxnOperation = { type: "range", request: { key } };
  return {
    compare: [guardOf(input)],
    success: [
      input.f === "delete"
        ? { type: "delete-range", request: { key } }
        : { type: "put", request: { key, value: input.value } },
    ],
    failure: input.f === "create" ? [] : [look],
  };
}

function guardOf(input: GuardedInput): Compare {
  const { key } = input;
  switch (input.f) {
    case "create":
      return { key, target: "mod", result: "equal", operand: 0 };
    case "update":
    case "delete":
      return { key, target: "mod", result: "equal", operand: input.believed.modRevision };
    case "claim":
      return { key, target: "version", result: "equal", operand: input.version };
  }
}

function foundIn([kv]: readonly KeyValue[]): FoundObject | null {
  if (!kv) return null;
  const { value, modRevision, version } = kv;
  return { value, modRevision, version };
}
