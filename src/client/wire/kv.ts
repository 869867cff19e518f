import type {
  ICompare,
  IDeleteRangeRequest,
  IPutRequest,
  IRangeRequest,
  IRequestOp,
  ITxnRequest,
} from "etcd3";
import type {
  Compare,
  DeleteRangeRequest,
  DeleteRangeResponse,
  KeyValue,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
  TxnResponse,
} from "../core/client.js";
import type { NodeStatus } from "../core/cluster.js";
import type { ResponseHeader } from "../core/operation.js";

/*
 * Between our words and etcd's protocol as proto-loader hands it over: 64-bit integers are decimal
 * strings, bytes are Buffers, a message that is not there is null and an unset arm of a oneof is
 * missing. etcd3's own types of the answers claim that everything is there, so they are not used.
 */

/** Methods of etcd's protocol, and what each is answered with. */
export interface WireAnswers {
  readonly Range: WireRange;
  readonly Put: WirePut;
  readonly DeleteRange: WireDeleteRange;
  readonly Txn: WireTxn;
  readonly Status: WireStatus;
}

interface WireHeader {
  readonly cluster_id: string;
  readonly member_id: string;
  readonly revision: string;
  readonly raft_term: string;
}

interface WireKeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
  readonly version: string;
  readonly lease: string;
}

interface WireRange {
  readonly header: WireHeader | null;
  readonly kvs: readonly WireKeyValue[];
  readonly count: string;
  readonly more: boolean;
}

interface WirePut {
  readonly header: WireHeader | null;
  readonly prev_kv: WireKeyValue | null;
}

interface WireDeleteRange {
  readonly header: WireHeader | null;
  readonly deleted: string;
  readonly prev_kvs: readonly WireKeyValue[];
}

interface WireTxn {
  readonly header: WireHeader | null;
  readonly succeeded: boolean;
  readonly responses: readonly WireTxnResponse[];
}

interface WireTxnResponse {
  readonly response_range?: WireRange | null;
  readonly response_put?: WirePut | null;
  readonly response_delete_range?: WireDeleteRange | null;
  readonly response_txn?: WireTxn | null;
}

interface WireStatus {
  readonly header: WireHeader | null;
  readonly version: string;
  readonly dbSize: string;
  readonly leader: string;
  readonly raftIndex: string;
  readonly raftTerm: string;
}

export function encodeRange(request: RangeRequest): IRangeRequest {
  const { sort } = request;
  return {
    key: Buffer.from(request.key),
    ...(request.rangeEnd !== undefined && { range_end: Buffer.from(request.rangeEnd) }),
    ...(request.revision !== undefined && { revision: request.revision }),
    ...(request.serializable !== undefined && { serializable: request.serializable }),
    ...(request.limit !== undefined && { limit: request.limit }),
    ...(sort && { sort_order: sortOrders[sort.order], sort_target: sortTargets[sort.target] }),
    ...(request.keysOnly !== undefined && { keys_only: request.keysOnly }),
    ...(request.countOnly !== undefined && { count_only: request.countOnly }),
    ...(request.minModRevision !== undefined && { min_mod_revision: request.minModRevision }),
    ...(request.maxModRevision !== undefined && { max_mod_revision: request.maxModRevision }),
    ...(request.minCreateRevision !== undefined && {
      min_create_revision: request.minCreateRevision,
    }),
    ...(request.maxCreateRevision !== undefined && {
      max_create_revision: request.maxCreateRevision,
    }),
  };
}

const sortOrders = { ascend: "Ascend", descend: "Descend" } as const;
const sortTargets = {
  key: "Key",
  version: "Version",
  create: "Create",
  mod: "Mod",
  value: "Value",
} as const;

export function encodePut(request: PutRequest): IPutRequest {
  return {
    key: Buffer.from(request.key),
    value: Buffer.from(request.value),
    ...(request.lease !== undefined && { lease: request.lease }),
    ...(request.prevKv !== undefined && { prev_kv: request.prevKv }),
    ...(request.ignoreValue !== undefined && { ignore_value: request.ignoreValue }),
    ...(request.ignoreLease !== undefined && { ignore_lease: request.ignoreLease }),
  };
}

export function encodeDeleteRange(request: DeleteRangeRequest): IDeleteRangeRequest {
  return {
    key: Buffer.from(request.key),
    ...(request.rangeEnd !== undefined && { range_end: Buffer.from(request.rangeEnd) }),
    ...(request.prevKv !== undefined && { prev_kv: request.prevKv }),
  };
}

export function encodeTxn({ compare, success, failure }: TxnRequest): ITxnRequest {
  return {
    compare: compare.map(encodeCompare),
    success: success.map(encodeTxnOperation),
    failure: failure.map(encodeTxnOperation),
  };
}

export function encodeTxnOperation(operation: TxnOperation): IRequestOp {
  switch (operation.type) {
    case "range":
      return { request_range: encodeRange(operation.request) };
    case "put":
      return { request_put: encodePut(operation.request) };
    case "delete-range":
      return { request_delete_range: encodeDeleteRange(operation.request) };
    case "txn":
      return { request_txn: encodeTxn(operation.request) };
  }
}

const compareResults = {
  equal: "Equal",
  greater: "Greater",
  less: "Less",
  "not-equal": "NotEqual",
} as const;

export function encodeCompare({ key, rangeEnd, target, result, operand }: Compare): ICompare {
  const common = {
    key: Buffer.from(key),
    ...(rangeEnd !== undefined && { range_end: Buffer.from(rangeEnd) }),
    result: compareResults[result],
  };
  switch (target) {
    case "value":
      return { ...common, target: "Value", value: Buffer.from(String(operand)) };
    case "version":
      return { ...common, target: "Version", version: operand };
    case "create":
      return { ...common, target: "Create", create_revision: operand };
    case "mod":
      return { ...common, target: "Mod", mod_revision: operand };
    case "lease":
      return { ...common, target: "Lease", lease: operand };
  }
}

export function decodeRange(answer: WireRange): RangeResponse {
  return { header: decodeHeader(answer.header), ...rangeBody(answer) };
}

export function decodePut(answer: WirePut): PutResponse {
  return { header: decodeHeader(answer.header), ...putBody(answer) };
}

export function decodeDeleteRange(answer: WireDeleteRange): DeleteRangeResponse {
  return { header: decodeHeader(answer.header), ...deleteRangeBody(answer) };
}

export function decodeTxn(answer: WireTxn): TxnResponse {
  return { header: decodeHeader(answer.header), ...txnBody(answer) };
}

export function decodeStatus(answer: WireStatus): NodeStatus {
  return {
    memberId: decodeHeader(answer.header).memberId,
    leaderId: answer.leader,
    raftTerm: exact(answer.raftTerm),
    raftIndex: exact(answer.raftIndex),
    version: answer.version,
    dbSizeBytes: exact(answer.dbSize),
  };
}

function decodeTxnResponse(answer: WireTxnResponse): TxnOperationResponse {
  if (answer.response_range) return { type: "range", response: rangeBody(answer.response_range) };
  if (answer.response_put) return { type: "put", response: putBody(answer.response_put) };
  if (answer.response_delete_range) {
    return { type: "delete-range", response: deleteRangeBody(answer.response_delete_range) };
  }
  if (answer.response_txn) return { type: "txn", response: txnBody(answer.response_txn) };
  throw new TypeError("a transaction's inner answer of no known kind");
}

function txnBody({ succeeded, responses }: WireTxn): Omit<TxnResponse, "header"> {
  return { succeeded, responses: responses.map(decodeTxnResponse) };
}

function rangeBody({ kvs, count, more }: WireRange): Omit<RangeResponse, "header"> {
  return { kvs: kvs.map(decodeKeyValue), count: exact(count), more };
}

function putBody({ prev_kv }: WirePut): Omit<PutResponse, "header"> {
  return prev_kv ? { prevKv: decodeKeyValue(prev_kv) } : {};
}

function deleteRangeBody(answer: WireDeleteRange): Omit<DeleteRangeResponse, "header"> {
  return { deleted: exact(answer.deleted), prevKvs: answer.prev_kvs.map(decodeKeyValue) };
}

function decodeKeyValue(kv: WireKeyValue): KeyValue {
  return {
    key: kv.key.toString(),
    value: kv.value.toString(),
    createRevision: exact(kv.create_revision),
    modRevision: exact(kv.mod_revision),
    version: exact(kv.version),
    lease: kv.lease,
  };
}

function decodeHeader(header: WireHeader | null): ResponseHeader {
  if (header === null) throw new TypeError("no header");
  return {
    clusterId: header.cluster_id,
    memberId: header.member_id,
    revision: exact(header.revision),
    raftTerm: exact(header.raft_term),
  };
}

/** A number that a double would round is refused: a wrong revision is worse than none. */
function exact(decimal: string): number {
  const number = Number(decimal);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${decimal} exceeds 2^53`);
  return number;
}
