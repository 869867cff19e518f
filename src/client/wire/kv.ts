import type {
  ICompare,
  IDeleteRangeRequest,
  IPutRequest,
  IRangeRequest,
  IRequestOp,
  ITxnRequest,
} from "etcd3";
import type {
  CompactRequest,
  Compare,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
  TxnResponse,
} from "../../core/client.js";
import {
  decodeHeader,
  decodeKeyValue,
  encodeRangeEnd,
  exact,
  type WireHeader,
  type WireKeyValue,
} from "./common.js";

export interface WireRange {
  readonly header: WireHeader | null;
  readonly kvs: readonly WireKeyValue[];
  readonly count: string;
  readonly more: boolean;
}

export interface WirePut {
  readonly header: WireHeader | null;
  readonly prev_kv: WireKeyValue | null;
}

export interface WireDeleteRange {
  readonly header: WireHeader | null;
  readonly deleted: string;
  readonly prev_kvs: readonly WireKeyValue[];
}

export interface WireTxn {
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

export function encodeRange(request: RangeRequest): IRangeRequest {
  const { sort } = request;
  return {
    key: Buffer.from(request.key),
    ...encodeRangeEnd(request),
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
    ...encodeRangeEnd(request),
    ...(request.prevKv !== undefined && { prev_kv: request.prevKv }),
  };
}

export function encodeCompact({ revision, physical = false }: CompactRequest): object {
  return { revision, physical };
}

export function encodeTxn({ compare, success, failure }: TxnRequest): ITxnRequest {
  return {
    compare: compare.map(encodeCompare),
    success: success.map(encodeTxnOperation),
    failure: failure.map(encodeTxnOperation),
  };
}

function encodeTxnOperation(operation: TxnOperation): IRequestOp {
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

function encodeCompare({ target, result, operand, ...range }: Compare): ICompare {
  const common = {
    key: Buffer.from(range.key),
    ...encodeRangeEnd(range),
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
