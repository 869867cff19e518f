import type {
  CompactRequest,
  DeleteRangeRequest,
  DeleteRangeResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseRevokeRequest,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from "../../core/client.js";

/** A request of etcd's KV API, or of a lease that keys hang on, as it was sent. */
export type KvInput =
  | { readonly f: "put"; readonly request: PutRequest }
  | { readonly f: "delete"; readonly request: DeleteRangeRequest }
  | { readonly f: "range"; readonly request: RangeRequest }
  | { readonly f: "txn"; readonly request: TxnRequest }
  | { readonly f: "compact"; readonly request: CompactRequest }
  /** The id is the client's choice, so that a grant that was never answered has a name. */
  | { readonly f: "grant"; readonly request: LeaseGrantRequest & { readonly id: string } }
  | { readonly f: "revoke"; readonly request: LeaseRevokeRequest };

/** Refusals that are answers: they say something of the state. */
export type KvError = "compacted" | "future-revision" | "lease-not-found" | "key-not-found";

/** `revision` is the header's. */
type Answer<Response> = Omit<Response, "header"> & { readonly revision: number };

export type PutOutput = Answer<PutResponse>;
export type DeleteOutput = Answer<DeleteRangeResponse>;
export type RangeOutput = Answer<RangeResponse>;
export type TxnOutput = Answer<TxnResponse>;
export type GrantOutput = Answer<LeaseGrantResponse>;
/** Of a compaction and of a revoked lease. */
export interface DoneOutput {
  readonly revision: number;
}
export interface Refusal {
  readonly error: KvError;
}

export type KvOutput =
  PutOutput | DeleteOutput | RangeOutput | TxnOutput | GrantOutput | DoneOutput | Refusal;
