import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  TxnRequest,
  TxnResponse,
} from "../../../core/client.js";

/** What goes through the log and is applied by every member alike. Immutable. */
export type Command =
  | { readonly type: "put"; readonly request: PutRequest }
  | { readonly type: "delete-range"; readonly request: DeleteRangeRequest }
  | { readonly type: "txn"; readonly request: TxnRequest }
  | { readonly type: "compact"; readonly revision: number }
  /** The id is chosen before it is proposed. Seconds. */
  | { readonly type: "lease-grant"; readonly id: string; readonly ttl: number }
  | { readonly type: "lease-revoke"; readonly id: string };

/** An error in etcd's own words, as a client is told. */
export interface EtcdError {
  /** gRPC status code. */
  readonly code: number;
  readonly details: string;
}

type WithoutHeader<T> = Omit<T, "header">;

/** The answer of an applied command; the member adds the header. `error`: nothing was changed. */
export type Applied =
  | { readonly type: "put"; readonly response: WithoutHeader<PutResponse> }
  | { readonly type: "delete-range"; readonly response: WithoutHeader<DeleteRangeResponse> }
  | { readonly type: "txn"; readonly response: WithoutHeader<TxnResponse> }
  | { readonly type: "compact" }
  | { readonly type: "lease-grant"; readonly id: string; readonly ttl: number }
  | { readonly type: "lease-revoke" }
  | { readonly type: "error"; readonly error: EtcdError };
