import type { KeyValue, PutRequest, RangeRequest } from "../../core/client.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { info, ok } from "../../testing/histories.js";
import type { KvOperation } from "./kv-operation.js";

/** Requests and answers for histories that are drawn by hand, each by a process of its own. */

export const put = (key: string, value: string, rest: Partial<PutRequest> = {}): KvInput => ({
  f: "put",
  request: { key, value, ...rest },
});
export const keep = (key: string) => put(key, "", { ignoreValue: true });
export const remove = (key: string): KvInput => ({ f: "delete", request: { key } });
export const range = (key: string, rest: Partial<RangeRequest> = {}): KvInput => ({
  f: "range",
  request: { key, ...rest },
});
export const compact = (revision: number): KvInput => ({ f: "compact", request: { revision } });
export const grant = (id: string): KvInput => ({ f: "grant", request: { id, ttl: 60 } });
export const revoke = (id: string): KvInput => ({ f: "revoke", request: { id } });

/** A key whose value was written once, unless said otherwise. */
export function kv(
  key: string,
  value: string,
  modRevision: number,
  rest: Partial<KeyValue> = {},
): KeyValue {
  return { key, value, modRevision, createRevision: modRevision, version: 1, lease: "0", ...rest };
}

export const found = (...kvs: readonly KeyValue[]) => ({ kvs, count: kvs.length, more: false });
export const counted = (count: number) => ({ kvs: [], count, more: false });

let process = 0;

export function told(
  span: string,
  input: KvInput,
  revision: number,
  rest: object = {},
): KvOperation {
  return ok(process++ % 9, span, input, { revision, ...rest }, { revision });
}

export function refused(
  span: string,
  input: KvInput,
  error: Extract<KvOutput, { readonly error: unknown }>["error"],
): KvOperation {
  return ok<KvInput, KvOutput>(process++ % 9, span, input, { error });
}

/** Never answered. */
export const lost = (index: number, input: KvInput): KvOperation =>
  info(process++ % 9, `${index}..`, input);
