import type {
  Compare,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnRequest,
} from "../../core/client.js";
import { plural } from "../../core/plural.js";
import type { Keys } from "./key-order.js";
import type { KvInput, KvOutput } from "./requests.js";
import type { EtcdState } from "./state.js";

/** Requests, answers and states for people: short, and all that a verdict may hang on. */

/** "put a = 5 with lease 7". */
export function describeRequest(input: KvInput): string {
  switch (input.f) {
    case "put":
      return putInWords(input.request);
    case "delete":
      return `delete ${keysInWords(input.request)}`;
    case "range":
      return rangeInWords(input.request);
    case "txn":
      return txnInWords(input.request);
    case "compact":
      return `compact revision ${input.request.revision}`;
    case "grant":
      return `grant lease ${input.request.id}`;
    case "revoke":
      return `revoke lease ${input.request.id}`;
  }
}

function keysInWords({ key, rangeEnd = "" }: Keys): string {
  return rangeEnd === "" ? key : `${key} to ${JSON.stringify(rangeEnd)}`;
}

function putInWords({ key, value, lease = "0", ignoreValue, ignoreLease }: PutRequest): string {
  const what = ignoreValue === true ? `${key} as it is` : `${key} = ${value}`;
  const kept = ignoreLease === true ? " with the lease that it has" : "";
  return `put ${what}${lease === "0" ? kept : ` with lease ${lease}`}`;
}

function rangeInWords(request: RangeRequest): string {
  const { revision = 0, serializable, limit = 0, sort, keysOnly, countOnly } = request;
  const options = [
    revision > 0 ? `at revision ${revision}` : "",
    serializable === true ? "from the member's own state" : "",
    sort ? `by ${sort.target} ${sort.order}ing` : "",
    limit > 0 ? `at most ${limit}` : "",
    keysOnly === true ? "keys only" : "",
    countOnly === true ? "the count only" : "",
    ...(
      ["minModRevision", "maxModRevision", "minCreateRevision", "maxCreateRevision"] as const
    ).map((name) => ((request[name] ?? 0) > 0 ? `${name} ${request[name] ?? 0}` : "")),
  ].filter((text) => text !== "");
  return ["read", keysInWords(request), options.join(", ")].join(" ").trimEnd();
}

function txnInWords({ compare, success, failure }: TxnRequest): string {
  const guards = compare.map(guardInWords).join(" and ");
  const then = branchInWords(success);
  if (compare.length === 0) return `do in one transaction ${then}`;
  return `if ${guards}: ${then}; else ${branchInWords(failure)}`;
}

const signs = { equal: "=", "not-equal": "!=", greater: ">", less: "<" } as const;

function guardInWords(compare: Compare): string {
  const { target, result, operand } = compare;
  return `${target} of ${keysInWords(compare)} ${signs[result]} ${operand}`;
}

function branchInWords(operations: readonly TxnOperation[]): string {
  if (operations.length === 0) return "nothing";
  return `(${operations.map(operationInWords).join(", ")})`;
}

function operationInWords(operation: TxnOperation): string {
  switch (operation.type) {
    case "put":
      return putInWords(operation.request);
    case "range":
      return rangeInWords(operation.request);
    case "delete-range":
      return `delete ${keysInWords(operation.request)}`;
    case "txn":
      return txnInWords(operation.request);
  }
}

/** "[a = 5 @12] at revision 12"; "?" where there is none. */
export function describeAnswer(
  input: KvInput,
  answer: KvOutput | { readonly seenAt: number } | undefined,
): string {
  if (answer === undefined) return "?";
  if ("seenAt" in answer) return `? (seen as written at revision ${answer.seenAt})`;
  if ("error" in answer) return `"${answer.error}"`;
  const what = detailsInWords(input, answer);
  return `${what === "" ? "done" : what} at revision ${answer.revision}`;
}

function detailsInWords({ f }: KvInput, answer: object): string {
  if (f === "txn") return transactionInWords(answer as Branch);
  return responseInWords(answer);
}

interface Branch {
  readonly succeeded: boolean;
  readonly responses: readonly { readonly response: object }[];
}

function transactionInWords({ succeeded, responses }: Branch): string {
  const parts = responses.map(({ response }) =>
    "responses" in response ? transactionInWords(response as Branch) : responseInWords(response),
  );
  const inner = parts.map((part) => (part === "" ? "done" : part)).join(", ");
  return `${succeeded ? "held" : "did not hold"} (${inner})`;
}

interface Parts {
  readonly prevKv?: KeyValue;
  readonly prevKvs?: readonly KeyValue[];
  readonly deleted?: number;
  readonly kvs?: readonly KeyValue[];
  readonly count?: number;
  readonly more?: boolean;
}

function responseInWords({ prevKv, prevKvs = [], deleted, kvs, count, more }: Parts): string {
  if (kvs) return `${kvsInWords(kvs)} of ${count ?? 0}${more === true ? " and more" : ""}`;
  if (deleted !== undefined) {
    const gone = prevKvs.length > 0 ? ` ${kvsInWords(prevKvs)}` : "";
    return `${plural(deleted, "key")} deleted${gone}`;
  }
  return prevKv ? `in place of ${kvInWords(prevKv)}` : "";
}

/** "revision 17, kv/0 = 5 @12". */
export function describeStore({ now, compacted, leases }: EtcdState): string {
  return [
    `revision ${now.revision}`,
    ...(compacted > 0 ? [`compacted at ${compacted}`] : []),
    kvsInWords(now.kvs),
    ...(leases.size > 0 ? [`leases ${[...leases].join(" ")}`] : []),
  ].join(", ");
}

export function kvsInWords(kvs: readonly KeyValue[]): string {
  return `[${kvs.map(kvInWords).join(", ")}]`;
}

/** Key, value, create_revision, mod_revision, version and lease. */
export function kvInWords(kv: KeyValue): string {
  const lease = kv.lease === "0" ? "" : ` lease ${kv.lease}`;
  return `${kv.key} = ${kv.value} @${kv.modRevision} (made @${kv.createRevision}, version ${kv.version}${lease})`;
}
