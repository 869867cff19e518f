import type { KeyValue, RangeRequest, TxnOperation, TxnRequest } from "../../core/client.js";
import type { RangeAnswer } from "./range.js";
import type { KvInput, KvOutput, TxnOutput } from "./requests.js";
import { sameKv } from "./state.js";

/**
 * Whether an answer is the one that is due. Keys that are alike in what a range is sorted by may
 * come in any order, since etcd's sort is not stable; with a limit they must come in key order. The
 * answers to compactions and to requests for leases may tell a later revision than the one that
 * they were made at, since etcd looks it up when they are done.
 */
export function sameAnswer(input: KvInput, due: KvOutput, given: KvOutput): boolean {
  if ("error" in due || "error" in given) {
    return "error" in due && "error" in given && due.error === given.error;
  }
  switch (input.f) {
    case "compact":
    case "revoke":
      return given.revision >= due.revision;
    case "grant":
      return (
        given.revision >= due.revision &&
        "ttl" in given &&
        given.id === input.request.id &&
        given.ttl >= input.request.ttl
      );
    case "range":
      return (
        given.revision === due.revision &&
        "kvs" in due &&
        "kvs" in given &&
        sameRange(input.request, due, given)
      );
    case "txn":
      return (
        given.revision === due.revision &&
        "responses" in due &&
        "responses" in given &&
        sameBranch(input.request, due, given)
      );
    case "put":
      return given.revision === due.revision && samePrevious(due, given);
    case "delete":
      return (
        given.revision === due.revision &&
        "deleted" in due &&
        "deleted" in given &&
        sameDeletion(due, given)
      );
  }
}

type Branch = Omit<TxnOutput, "revision">;

function sameBranch({ success, failure }: TxnRequest, due: Branch, given: Branch): boolean {
  if (due.succeeded !== given.succeeded) return false;
  const operations = due.succeeded ? success : failure;
  return (
    given.responses.length === operations.length &&
    operations.every((operation, i) =>
      sameResponse(operation, due.responses[i], given.responses[i]),
    )
  );
}

function sameResponse(
  operation: TxnOperation,
  due: Branch["responses"][number] | undefined,
  given: Branch["responses"][number] | undefined,
): boolean {
  if (operation.type === "range" && due?.type === "range" && given?.type === "range") {
    return sameRange(operation.request, due.response, given.response);
  }
  if (operation.type === "txn" && due?.type === "txn" && given?.type === "txn") {
    return sameBranch(operation.request, due.response, given.response);
  }
  if (due?.type === "put" && given?.type === "put") {
    return samePrevious(due.response, given.response);
  }
  return (
    due?.type === "delete-range" &&
    given?.type === "delete-range" &&
    sameDeletion(due.response, given.response)
  );
}

function samePrevious(due: object, given: object): boolean {
  return sameKv(previousIn(due), previousIn(given));
}

function previousIn(answer: { readonly prevKv?: KeyValue }): KeyValue | undefined {
  return answer.prevKv;
}

function sameDeletion(due: Deletion, given: Deletion): boolean {
  return due.deleted === given.deleted && sameList(due.prevKvs ?? [], given.prevKvs ?? []);
}

interface Deletion {
  readonly deleted: number;
  readonly prevKvs?: readonly KeyValue[];
}

function sameRange(
  { sort, limit = 0 }: RangeRequest,
  due: RangeAnswer,
  given: RangeAnswer,
): boolean {
  if (due.count !== given.count || due.more !== given.more) return false;
  if (sameList(due.kvs, given.kvs)) return true;
  if (!sort || limit > 0 || due.kvs.length !== given.kvs.length) return false;
  const rank = ranks[sort.target];
  return (
    rank !== undefined &&
    due.kvs.every((kv, i) => rank(kv) === rank(given.kvs[i] ?? kv)) &&
    sameList(byKey(due.kvs), byKey(given.kvs))
  );
}

/** What several keys may have in common. */
const ranks: Partial<Record<string, (kv: KeyValue) => number>> = {
  version: ({ version }) => version,
  create: ({ createRevision }) => createRevision,
  mod: ({ modRevision }) => modRevision,
};

function sameList(a: readonly KeyValue[], b: readonly KeyValue[]): boolean {
  return a.length === b.length && a.every((kv, i) => sameKv(kv, b[i]));
}

function byKey(kvs: readonly KeyValue[]): readonly KeyValue[] {
  return kvs.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
