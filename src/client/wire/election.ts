import { fromJSON } from "@grpc/proto-loader";
import type { ServiceDefinition } from "@grpc/grpc-js";
import type {
  CampaignRequest,
  CampaignResponse,
  ElectionLeaderRequest,
  ElectionLeaderResponse,
  LeaderKey,
  ProclaimRequest,
  ResignRequest,
} from "../../core/client.js";
import {
  decodeHeader,
  decodeKeyValue,
  exact,
  type WireHeader,
  type WireKeyValue,
} from "./common.js";

interface WireLeaderKey {
  readonly name: Buffer;
  readonly key: Buffer;
  readonly rev: string;
  readonly lease: string;
}

export interface WireCampaign {
  readonly header: WireHeader | null;
  readonly leader: WireLeaderKey | null;
}

export interface WireLeader {
  readonly header: WireHeader | null;
  readonly kv: WireKeyValue | null;
}

/**
 * etcd's election service without its stream, which etcd3's protocol lacks. Numbers and types are
 * those of etcd's v3election.proto and, for what it refers to, of its rpc.proto and kv.proto; loaded
 * as etcd3 loads its own.
 */
export const electionService = fromJSON(
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
      mvccpb: {
        nested: {
          KeyValue: {
            fields: {
              key: { type: "bytes", id: 1 },
              create_revision: { type: "int64", id: 2 },
              mod_revision: { type: "int64", id: 3 },
              version: { type: "int64", id: 4 },
              value: { type: "bytes", id: 5 },
              lease: { type: "int64", id: 6 },
            },
          },
        },
      },
      v3electionpb: {
        nested: {
          LeaderKey: {
            fields: {
              name: { type: "bytes", id: 1 },
              key: { type: "bytes", id: 2 },
              rev: { type: "int64", id: 3 },
              lease: { type: "int64", id: 4 },
            },
          },
          CampaignRequest: {
            fields: {
              name: { type: "bytes", id: 1 },
              lease: { type: "int64", id: 2 },
              value: { type: "bytes", id: 3 },
            },
          },
          CampaignResponse: {
            fields: {
              header: { type: "etcdserverpb.ResponseHeader", id: 1 },
              leader: { type: "LeaderKey", id: 2 },
            },
          },
          LeaderRequest: { fields: { name: { type: "bytes", id: 1 } } },
          LeaderResponse: {
            fields: {
              header: { type: "etcdserverpb.ResponseHeader", id: 1 },
              kv: { type: "mvccpb.KeyValue", id: 2 },
            },
          },
          ResignRequest: { fields: { leader: { type: "LeaderKey", id: 1 } } },
          ResignResponse: {
            fields: { header: { type: "etcdserverpb.ResponseHeader", id: 1 } },
          },
          ProclaimRequest: {
            fields: { leader: { type: "LeaderKey", id: 1 }, value: { type: "bytes", id: 2 } },
          },
          ProclaimResponse: {
            fields: { header: { type: "etcdserverpb.ResponseHeader", id: 1 } },
          },
          Election: {
            methods: {
              Campaign: method("CampaignRequest", "CampaignResponse"),
              Proclaim: method("ProclaimRequest", "ProclaimResponse"),
              Leader: method("LeaderRequest", "LeaderResponse"),
              Resign: method("ResignRequest", "ResignResponse"),
            },
          },
        },
      },
    },
  },
  { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true },
)["v3electionpb.Election"] as ServiceDefinition;

function method(requestType: string, responseType: string) {
  return { requestType, responseType, comment: "" };
}

export function encodeCampaign({ name, lease, value }: CampaignRequest): object {
  return { name: Buffer.from(name), lease, value: Buffer.from(value) };
}

export function encodeProclaim({ leader, value }: ProclaimRequest): object {
  return { leader: encodeLeaderKey(leader), value: Buffer.from(value) };
}

export function encodeLeader({ name }: ElectionLeaderRequest): object {
  return { name: Buffer.from(name) };
}

export function encodeResign({ leader }: ResignRequest): object {
  return { leader: encodeLeaderKey(leader) };
}

export function decodeCampaign({ header, leader }: WireCampaign): CampaignResponse {
  if (leader === null) throw new TypeError("no leader key");
  return {
    header: decodeHeader(header),
    leader: {
      name: leader.name.toString(),
      key: leader.key.toString(),
      createRevision: exact(leader.rev),
      lease: leader.lease,
    },
  };
}

export function decodeLeader({ header, kv }: WireLeader): ElectionLeaderResponse {
  if (kv === null) throw new TypeError("no leader's key");
  return { header: decodeHeader(header), kv: decodeKeyValue(kv) };
}

function encodeLeaderKey({ name, key, createRevision, lease }: LeaderKey): object {
  return { name: Buffer.from(name), key: Buffer.from(key), rev: createRevision, lease };
}
