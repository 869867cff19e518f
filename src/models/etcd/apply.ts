import type {
  DeleteRangeRequest,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
} from "../../core/client.js";
import { guardHolds } from "./guard.js";
import { answerRange } from "./range.js";
import type { KvError, KvInput, KvOutput } from "./requests.js";
import { type EtcdState, found, snapshotAfter, snapshotAt, valueOf, withKey } from "./state.js";

export interface Applied {
  readonly state: EtcdState;
  /** What etcd answers. With an error `state` is as it was. */
  readonly output: KvOutput;
}

/**
 * etcd as it is with one client and no faults: the state and the answer of one request after
 * another. Requests that are refused by their looks alone (an empty key, a key put twice in one
 * transaction) must not be asked.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ and, for what it leaves open (the order of
 * checks, nested comparisons, compaction), etcd's `server/etcdserver/apply.go` and `server/mvcc`.
 */
export function apply(state: EtcdState, input: KvInput): Applied {
  switch (input.f) {
    case "put": {
      const { request } = input;
      const error = missingLease(state, request) ?? missingKey(state, request);
      if (error) return refused(state, error);
      return written(state, (draft) => put(draft, request));
    }
    case "delete":
      return written(state, (draft) => deleteRange(draft, input.request));
    case "range": {
      const { request } = input;
      const error = unreadable(state, request);
      if (error) return refused(state, error);
      const { revision } = state.now;
      return { state, output: { revision, ...rangeOf(state, state.now.kvs, request) } };
    }
    case "txn":
      return applyTxn(state, input.request);
    case "compact": {
      const { revision } = input.request;
      if (revision <= state.compacted) return refused(state, "compacted");
      if (revision > state.now.revision) return refused(state, "future-revision");
      return done({ ...state, compacted: revision });
    }
    case "grant": {
      const { id, ttl } = input.request;
      const leases = new Set(state.leases).add(id);
      return {
        state: { ...state, leases },
        output: { revision: state.now.revision, id, ttl },
      };
    }
    case "revoke":
      return applyRevoke(state, input.request.id);
  }
}

function refused(state: EtcdState, error: KvError): Applied {
  return { state, output: { error } };
}

function done(state: EtcdState): Applied {
  return { state, output: { revision: state.now.revision } };
}

/** What is being written at one revision. */
interface Draft {
  readonly before: EtcdState;
  readonly revision: number;
  kvs: readonly KeyValue[];
}

/** Whatever is written gets one new revision together; where nothing is, there is none. */
function written<Answer extends object>(
  state: EtcdState,
  act: (draft: Draft) => Answer,
): { readonly state: EtcdState; readonly output: Answer & { readonly revision: number } } {
  const draft: Draft = { before: state, revision: state.now.revision + 1, kvs: state.now.kvs };
  const answer = act(draft);
  const isChanged = draft.kvs !== state.now.kvs;
  const now = isChanged ? snapshotAfter(state.now, draft.kvs) : state.now;
  return {
    state: isChanged ? { ...state, now } : state,
    output: { revision: now.revision, ...answer },
  };
}

function put(draft: Draft, request: PutRequest): { readonly prevKv?: KeyValue } {
  const { key, value, ignoreValue, ignoreLease, prevKv } = request;
  const old = valueOf(draft.kvs, key);
  draft.kvs = withKey(draft.kvs, {
    key,
    value: ignoreValue === true ? (old?.value ?? "") : value,
    createRevision: old?.createRevision ?? draft.revision,
    modRevision: draft.revision,
    version: (old?.version ?? 0) + 1,
    lease: ignoreLease === true ? (old?.lease ?? "0") : leaseIn(request),
  });
  return prevKv === true && old ? { prevKv: old } : {};
}

function deleteRange(draft: Draft, request: DeleteRangeRequest) {
  const gone = found(draft.kvs, request);
  if (gone.length > 0) draft.kvs = draft.kvs.filter((kv) => !gone.includes(kv));
  return { deleted: gone.length, prevKvs: request.prevKv === true ? gone : [] };
}

/** The branch that is taken, nested ones inside: all comparisons see the state before it. */
interface Path {
  readonly succeeded: boolean;
  readonly steps: readonly (Exclude<TxnOperation, { readonly type: "txn" }> | Path)[];
}

function applyTxn(state: EtcdState, request: TxnRequest): Applied {
  const path = pathOf(state, request);
  const error = txnRefusal(state, path);
  if (error) return refused(state, error);
  return written(state, (draft) => take(draft, path));
}

function pathOf(state: EtcdState, { compare, success, failure }: TxnRequest): Path {
  const succeeded = compare.every((one) => guardHolds(state.now.kvs, one));
  const steps = (succeeded ? success : failure).map((operation) =>
    operation.type === "txn" ? pathOf(state, operation.request) : operation,
  );
  return { succeeded, steps };
}

/** First all puts are looked at, then all ranges; nothing is written before. */
function txnRefusal(state: EtcdState, path: Path): KvError | undefined {
  const steps = stepsOf(path);
  for (const step of steps) {
    if (step.type !== "put") continue;
    const error = missingKey(state, step.request) ?? missingLease(state, step.request);
    if (error) return error;
  }
  for (const step of steps) {
    if (step.type !== "range") continue;
    const error = unreadable(state, step.request);
    if (error) return error;
  }
  return undefined;
}

function stepsOf({ steps }: Path): readonly Exclude<TxnOperation, { readonly type: "txn" }>[] {
  return steps.flatMap((step) => ("steps" in step ? stepsOf(step) : [step]));
}

function take(draft: Draft, { succeeded, steps }: Path) {
  const responses = steps.map((step): TxnOperationResponse => {
    if ("steps" in step) return { type: "txn", response: take(draft, step) };
    switch (step.type) {
      case "put":
        return { type: "put", response: put(draft, step.request) };
      case "delete-range":
        return { type: "delete-range", response: deleteRange(draft, step.request) };
      case "range":
        return { type: "range", response: rangeOf(draft.before, draft.kvs, step.request) };
    }
  });
  return { succeeded, responses };
}

/** At no revision it sees what the transaction that it is in wrote before. */
function rangeOf(state: EtcdState, kvs: readonly KeyValue[], request: RangeRequest) {
  const { revision = 0 } = request;
  const seen = revision > 0 ? snapshotAt(state.now, revision).kvs : kvs;
  return answerRange(found(seen, request), request);
}

function applyRevoke(state: EtcdState, id: string): Applied {
  if (!state.leases.has(id)) return refused(state, "lease-not-found");
  const leases = new Set(state.leases);
  leases.delete(id);
  const { state: after } = written(state, (draft) => {
    const left = draft.kvs.filter(({ lease }) => lease !== id);
    if (left.length < draft.kvs.length) draft.kvs = left;
    return {};
  });
  return done({ ...after, leases });
}

function missingLease(state: EtcdState, request: PutRequest): KvError | undefined {
  const lease = leaseIn(request);
  return lease === "0" || state.leases.has(lease) ? undefined : "lease-not-found";
}

function missingKey({ now }: EtcdState, request: PutRequest): KvError | undefined {
  const isNeeded = request.ignoreValue === true || request.ignoreLease === true;
  return isNeeded && !valueOf(now.kvs, request.key) ? "key-not-found" : undefined;
}

function unreadable({ now, compacted }: EtcdState, request: RangeRequest): KvError | undefined {
  const { revision = 0 } = request;
  if (revision <= 0) return undefined;
  if (revision > now.revision) return "future-revision";
  return revision < compacted ? "compacted" : undefined;
}

function leaseIn({ lease = "0" }: PutRequest): string {
  return lease === "" ? "0" : lease;
}
