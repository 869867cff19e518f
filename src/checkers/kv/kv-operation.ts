import type {
  Compare,
  DeleteRangeRequest,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnRequest,
  TxnResponse,
} from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import { changesKeys } from "../../models/etcd/model.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";

export type KvOperation = Operation<KvInput, KvOutput>;

/** What was answered with a revision; undefined where nothing was, or an error. */
export function answerOf({
  outcome,
}: KvOperation): Extract<KvOutput, { readonly revision: number }> | undefined {
  if (outcome.type !== "ok" || "error" in outcome.output) return undefined;
  return outcome.output;
}

/** The revision that the operation certainly made, by its own answer. */
export function revisionMadeBy(operation: KvOperation): number | undefined {
  const answer = answerOf(operation);
  return answer && changesKeys(operation.input, answer) ? answer.revision : undefined;
}

/** A read that a member answers from what it has, however old that is. */
export function isSerializable({ input }: KvOperation): boolean {
  return input.f === "range" && input.request.serializable === true;
}

/** It asks for a new revision. */
export function mayWrite(input: KvInput): boolean {
  return input.f === "revoke" || operationsIn(input).some(({ type }) => type !== "range");
}

/** Each key that the request may put, and its value: undefined where the old one is kept. */
export function putsIn(
  input: KvInput,
): readonly { readonly key: string; readonly value: string | undefined }[] {
  return operationsIn(input).flatMap(({ type, request }) => {
    return type === "put" ? [putIn(request)] : [];
  });
}

function putIn({ key, value, ignoreValue }: PutRequest) {
  return { key, value: ignoreValue === true ? undefined : value };
}

/** What a request writes if a transaction's comparisons come out one way. */
export interface Way {
  /** Keys that it certainly changes, and what to; undefined where the old value is kept. */
  readonly puts: readonly { readonly key: string; readonly value: string | undefined }[];
  /** Keys that it changes where they are there; undefined for any. */
  readonly deletes: readonly (string | undefined)[];
}

const nothing: Way = { puts: [], deletes: [] };

export function waysToWrite(input: KvInput): readonly Way[] {
  switch (input.f) {
    case "put":
      return [{ puts: [putIn(input.request)], deletes: [] }];
    case "delete":
      return [{ puts: [], deletes: [keyDeleted(input.request)] }];
    case "revoke":
      return [{ puts: [], deletes: [undefined] }];
    case "txn":
      return waysOf(input.request);
    case "range":
    case "compact":
    case "grant":
      return [nothing];
  }
}

function waysOf({ success, failure }: TxnRequest): readonly Way[] {
  return [success, failure].flatMap((branch) =>
    branch.reduce<readonly Way[]>(
      (ways, operation) => {
        const own = waysOfOne(operation);
        return ways.flatMap((way) => own.map((other) => both(way, other)));
      },
      [nothing],
    ),
  );
}

function waysOfOne(operation: TxnOperation): readonly Way[] {
  switch (operation.type) {
    case "put":
      return [{ puts: [putIn(operation.request)], deletes: [] }];
    case "delete-range":
      return [{ puts: [], deletes: [keyDeleted(operation.request)] }];
    case "txn":
      return waysOf(operation.request);
    case "range":
      return [nothing];
  }
}

function both(a: Way, b: Way): Way {
  return { puts: [...a.puts, ...b.puts], deletes: [...a.deletes, ...b.deletes] };
}

function keyDeleted({ key, rangeEnd = "" }: DeleteRangeRequest): string | undefined {
  return rangeEnd === "" ? key : undefined;
}

/** Leases that its puts name, and the one that it revokes. */
export function leasesIn(input: KvInput): readonly string[] {
  if (input.f === "revoke") return [input.request.id];
  return operationsIn(input).flatMap(({ type, request }) =>
    type === "put" && request.lease !== undefined ? [request.lease] : [],
  );
}

/** Old revisions that it reads. */
export function revisionsReadIn(input: KvInput): readonly number[] {
  return operationsIn(input).flatMap(({ type, request }) =>
    type === "range" && request.revision !== undefined ? [request.revision] : [],
  );
}

export function rangesIn(input: KvInput): readonly RangeRequest[] {
  return operationsIn(input).flatMap(({ type, request }) => (type === "range" ? [request] : []));
}

/** Of nested transactions, too. */
export function comparesIn(input: KvInput): readonly Compare[] {
  return input.f === "txn" ? comparesOf(input.request) : [];
}

function comparesOf({ compare, success, failure }: TxnRequest): readonly Compare[] {
  const inner = [...success, ...failure].flatMap((operation) =>
    operation.type === "txn" ? comparesOf(operation.request) : [],
  );
  return [...compare, ...inner];
}

type Single = Exclude<TxnOperation, { readonly type: "txn" }>;

/** What it does or may do, both branches of transactions unfolded. */
function operationsIn(input: KvInput): readonly Single[] {
  switch (input.f) {
    case "put":
      return [{ type: "put", request: input.request }];
    case "delete":
      return [{ type: "delete-range", request: input.request }];
    case "range":
      return [{ type: "range", request: input.request }];
    case "txn":
      return unfolded([...input.request.success, ...input.request.failure]);
    case "compact":
    case "grant":
    case "revoke":
      return [];
  }
}

function unfolded(operations: readonly TxnOperation[]): readonly Single[] {
  return operations.flatMap((operation) =>
    operation.type === "txn"
      ? unfolded([...operation.request.success, ...operation.request.failure])
      : [operation],
  );
}

const none: readonly KeyValue[] = [];

/** Every key that an answer shows, previous ones and those in transactions included. */
export function shownIn(answer: object): readonly KeyValue[] {
  const { kvs, prevKv, prevKvs, responses } = answer as {
    readonly kvs?: readonly KeyValue[];
    readonly prevKv?: KeyValue;
    readonly prevKvs?: readonly KeyValue[];
    readonly responses?: readonly { readonly response: object }[];
  };
  if (responses) return responses.flatMap(({ response }) => shownIn(response));
  return kvs ?? prevKvs ?? (prevKv ? [prevKv] : none);
}

/** A key, and a revision at which it still was like that. */
export interface Sighting {
  readonly kv: KeyValue;
  readonly at: number;
}

/** What an answer shows of a known revision. What transactions read between writes is left out. */
export function sightingsIn(operation: KvOperation): readonly Sighting[] {
  const { kvs, at } = shownAsOf(operation);
  return kvs.map((kv) => ({ kv, at }));
}

/** The same, with the revision that they have in common. */
export function shownAsOf(operation: KvOperation): {
  readonly kvs: readonly KeyValue[];
  readonly at: number;
} {
  const answer = answerOf(operation);
  const { input } = operation;
  if (!answer) return { kvs: none, at: 0 };
  if (input.f === "range" && "kvs" in answer) {
    const { revision = 0 } = input.request;
    return { kvs: answer.kvs, at: revision > 0 ? revision : answer.revision };
  }
  if (input.f === "put" || input.f === "delete") {
    return { kvs: shownIn(answer), at: answer.revision - 1 };
  }
  if (input.f === "txn" && !changesKeys(input, answer) && revisionsReadIn(input).length === 0) {
    return { kvs: shownIn(answer), at: answer.revision };
  }
  return { kvs: none, at: answer.revision };
}

/** Every key that its answer shows. */
export function shownBy(operation: KvOperation): readonly KeyValue[] {
  const answer = answerOf(operation);
  return answer ? shownIn(answer) : none;
}

/** Keys that it put, as its answer tells which branches were taken. */
export function putsMadeBy(operation: KvOperation): readonly string[] {
  const { input } = operation;
  const answer = answerOf(operation);
  if (!answer) return [];
  if (input.f === "put") return [input.request.key];
  return input.f === "txn" && "responses" in answer ? putsTaken(input.request, answer) : [];
}

function putsTaken(
  { success, failure }: TxnRequest,
  { succeeded, responses }: Omit<TxnResponse, "header">,
): readonly string[] {
  return (succeeded ? success : failure).flatMap((operation, index) => {
    if (operation.type === "put") return [operation.request.key];
    const inner = responses[index];
    return operation.type === "txn" && inner?.type === "txn"
      ? putsTaken(operation.request, inner.response)
      : [];
  });
}
