import { fromJSON } from "@grpc/proto-loader";
import type { ServiceDefinition } from "@grpc/grpc-js";
import type { LockRequest, LockResponse, UnlockRequest } from "../../core/client.js";
import { decodeHeader, type WireHeader } from "./common.js";

export interface WireLock {
  readonly header: WireHeader | null;
  readonly key: Buffer;
}

/**
 * etcd's lock service, which etcd3's protocol lacks. Numbers and types are those of etcd's
 * v3lock.proto and, for the header, of its rpc.proto; loaded as etcd3 loads its own.
 */
export const lockService = fromJSON(
  {
    nested: {
      etcdserverpb: {
        nested: {
          ResponseHeader: {
            fields: {
              cluster_id: { type: "uint64", id: 1 },
              member_id: { type: "uint64", id: 2 },
              revision: { type: "int64", id: 3 },
              raft_term: { type: "uint64", id: 4 },
            },
          },
        },
      },
      v3lockpb: {
        nested: {
          LockRequest: {
            fields: { name: { type: "bytes", id: 1 }, lease: { type: "int64", id: 2 } },
          },
          LockResponse: {
            fields: {
              header: { type: "etcdserverpb.ResponseHeader", id: 1 },
              key: { type: "bytes", id: 2 },
            },
          },
          UnlockRequest: { fields: { key: { type: "bytes", id: 1 } } },
          UnlockResponse: {
            fields: { header: { type: "etcdserverpb.ResponseHeader", id: 1 } },
          },
          Lock: {
            methods: {
              Lock: method("LockRequest", "LockResponse"),
              Unlock: method("UnlockRequest", "UnlockResponse"),
            },
          },
        },
      },
    },
  },
  { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true },
)["v3lockpb.Lock"] as ServiceDefinition;

function method(requestType: string, responseType: string) {
  return { requestType, responseType, comment: "" };
}

export function encodeLock({ name, lease }: LockRequest): object {
  return { name: Buffer.from(name), lease };
}

export function encodeUnlock({ key }: UnlockRequest): object {
  return { key: Buffer.from(key) };
}

export function decodeLock(answer: WireLock): LockResponse {
  return { header: decodeHeader(answer.header), key: answer.key.toString() };
}
