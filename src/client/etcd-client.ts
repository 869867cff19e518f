import type { MemberClient, WatchStream } from "../core/client.js";
import type { NodeStatus } from "../core/cluster.js";
import type { Endpoint } from "./endpoint.js";
import { membershipOver } from "./membership-client.js";
import { OneRpc } from "./one-rpc.js";
import { decodeHeaderOnly } from "./wire/common.js";
import {
  decodeDeleteRange,
  decodePut,
  decodeRange,
  decodeTxn,
  encodeCompact,
  encodeDeleteRange,
  encodePut,
  encodeRange,
  encodeTxn,
} from "./wire/kv.js";
import {
  decodeLease,
  decodeLeaseTimeToLive,
  encodeLeaseGrant,
  encodeLeaseId,
  encodeLeaseTimeToLive,
} from "./wire/lease.js";
import {
  decodeCampaign,
  decodeLeader,
  encodeCampaign,
  encodeLeader,
  encodeProclaim,
  encodeResign,
} from "./wire/election.js";
import { decodeLock, encodeLock, encodeUnlock } from "./wire/lock.js";
import {
  decodeAlarms,
  decodeHashKv,
  decodeMemberList,
  decodeStatus,
  encodeHashKv,
} from "./wire/maintenance.js";
import { watchIds } from "./watch-ids.js";
import {
  decodeWatch,
  encodeWatchCancel,
  encodeWatchCreate,
  watchProgressRequest,
} from "./wire/watch.js";

export type { Endpoint, TlsFiles } from "./endpoint.js";

/**
 * A client with a connection of its own to that endpoint alone. It connects with the first call
 * and again after a loss; a call that finds no connection fails without having been sent. Close
 * it, or the process stays alive.
 */
export function connectEtcd(endpoint: Endpoint): MemberClient {
  const rpc = new OneRpc(endpoint);
  return {
    node: endpoint.node,
    range: (request) => rpc.unary("KV", "Range", encodeRange(request), decodeRange),
    put: (request) => rpc.unary("KV", "Put", encodePut(request), decodePut),
    deleteRange: (request) =>
      rpc.unary("KV", "DeleteRange", encodeDeleteRange(request), decodeDeleteRange),
    txn: (request) => rpc.unary("KV", "Txn", encodeTxn(request), decodeTxn),
    compact: (request) => rpc.unary("KV", "Compact", encodeCompact(request), decodeHeaderOnly),
    leaseGrant: (request) =>
      rpc.unary("Lease", "LeaseGrant", encodeLeaseGrant(request), decodeLease),
    leaseRevoke: (request) =>
      rpc.unary("Lease", "LeaseRevoke", encodeLeaseId(request), decodeHeaderOnly),
    leaseKeepAlive: async (request) => {
      const stream = rpc.stream("Lease", "LeaseKeepAlive", decodeLease, { hasDeadline: true });
      stream.send(encodeLeaseId(request));
      try {
        return await stream.receive();
      } finally {
        stream.close();
      }
    },
    leaseTimeToLive: (request) =>
      rpc.unary("Lease", "LeaseTimeToLive", encodeLeaseTimeToLive(request), decodeLeaseTimeToLive),
    lock: (request) => rpc.unary("Lock", "Lock", encodeLock(request), decodeLock),
    unlock: (request) => rpc.unary("Lock", "Unlock", encodeUnlock(request), decodeHeaderOnly),
    campaign: (request) =>
      rpc.unary("Election", "Campaign", encodeCampaign(request), decodeCampaign),
    proclaim: (request) =>
      rpc.unary("Election", "Proclaim", encodeProclaim(request), decodeHeaderOnly),
    electionLeader: (request) =>
      rpc.unary("Election", "Leader", encodeLeader(request), decodeLeader),
    resign: (request) => rpc.unary("Election", "Resign", encodeResign(request), decodeHeaderOnly),
    watch: () => openWatches(rpc),
    membership: membershipOver(rpc),
    hashKv: (request) => rpc.unary("Maintenance", "HashKV", encodeHashKv(request), decodeHashKv),
    // Without an action it asks for those that are raised, of all members.
    alarms: () => rpc.unary("Maintenance", "Alarm", {}, decodeAlarms),
    memberList: () => rpc.unary("Cluster", "MemberList", {}, decodeMemberList),
    close: () => {
      rpc.close();
    },
  };
}

function openWatches(rpc: OneRpc): WatchStream {
  const stream = rpc.stream("Watch", "Watch", decodeWatch, { hasDeadline: false });
  const ids = watchIds();
  return {
    create: (request) => {
      ids.ask(request.watchId);
      stream.send(encodeWatchCreate(request));
    },
    cancel: (watchId) => {
      stream.send(encodeWatchCancel(ids.serversId(watchId)));
    },
    requestProgress: () => {
      stream.send(watchProgressRequest);
    },
    receive: async () => ids.asAsked(await stream.receive()),
    close: () => {
      stream.close();
    },
  };
}

/** What a member says of itself. Rejects with RequestError where it does not answer in time. */
export async function memberStatus(endpoint: Endpoint): Promise<NodeStatus> {
  const rpc = new OneRpc(endpoint);
  try {
    return await rpc.unary("Maintenance", "Status", {}, decodeStatus);
  } finally {
    rpc.close();
  }
}
