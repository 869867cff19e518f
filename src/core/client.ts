import type { RequestErrorFacts } from "./classify-error.js";
import type { ResponseHeader } from "./operation.js";

/**
 * A connection to one node: one call is one RPC, never retried, with a deadline. Every method
 * rejects with RequestError when etcd does not comply, and with nothing else. Keys and values are
 * UTF-8 text. The real one is in src/client, others may stand in.
 */
export interface Client {
  readonly node: string;
  range(request: RangeRequest): Promise<RangeResponse>;
  put(request: PutRequest): Promise<PutResponse>;
  deleteRange(request: DeleteRangeRequest): Promise<DeleteRangeResponse>;
  txn(request: TxnRequest): Promise<TxnResponse>;
  close(): void;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** A decimal string, since lease ids exceed 2^53; "0" for none. */
  readonly lease: string;
}

export interface RangeRequest {
  readonly key: string;
  /** Exclusive end; undefined for the one key. */
  readonly rangeEnd?: string;
  /** Read at this revision; undefined for the newest. */
  readonly revision?: number;
  /** Answered from the member's own state, which may be stale. */
  readonly serializable?: boolean;
  readonly limit?: number;
}

export interface RangeResponse {
  readonly header: ResponseHeader;
  readonly kvs: readonly KeyValue[];
  readonly count: number;
  readonly more: boolean;
}

export interface PutRequest {
  readonly key: string;
  readonly value: string;
  readonly prevKv?: boolean;
}

export interface PutResponse {
  readonly header: ResponseHeader;
  readonly prevKv?: KeyValue;
}

export interface DeleteRangeRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly prevKv?: boolean;
}

export interface DeleteRangeResponse {
  readonly header: ResponseHeader;
  readonly deleted: number;
  readonly prevKvs: readonly KeyValue[];
}

export interface Compare {
  readonly key: string;
  readonly target: "value" | "version" | "create" | "mod";
  readonly result: "equal" | "greater" | "less" | "not-equal";
  /** Text for "value", a number for the others. */
  readonly operand: string | number;
}

export type TxnOperation =
  | { readonly type: "range"; readonly request: RangeRequest }
  | { readonly type: "put"; readonly request: PutRequest }
  | { readonly type: "delete-range"; readonly request: DeleteRangeRequest };

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly TxnOperation[];
  readonly failure: readonly TxnOperation[];
}

/** Inner answers lack a header of their own: etcd fills in the revision alone. */
export type TxnOperationResponse =
  | { readonly type: "range"; readonly response: Omit<RangeResponse, "header"> }
  | { readonly type: "put"; readonly response: Omit<PutResponse, "header"> }
  | { readonly type: "delete-range"; readonly response: Omit<DeleteRangeResponse, "header"> };

export interface TxnResponse {
  readonly header: ResponseHeader;
  readonly succeeded: boolean;
  readonly responses: readonly TxnOperationResponse[];
}

/** A request that etcd refused, dropped or never answered. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly facts: RequestErrorFacts;

  constructor(facts: RequestErrorFacts, options?: ErrorOptions) {
    super(`etcd request failed with code ${facts.code}: ${facts.details}`, options);
    this.facts = facts;
  }
}
