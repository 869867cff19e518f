import type { Client } from "../core/client.js";
import type { NodeStatus } from "../core/cluster.js";
import type { Endpoint } from "./endpoint.js";
import { OneRpc } from "./one-rpc.js";
import {
  decodeDeleteRange,
  decodePut,
  decodeRange,
  decodeStatus,
  decodeTxn,
  encodeDeleteRange,
  encodePut,
  encodeRange,
  encodeTxn,
} from "./wire.js";

export type { Endpoint, TlsFiles } from "./endpoint.js";

/**
 * A client with a connection of its own to that endpoint alone. It connects with the first call
 * and again after a loss; a call that finds no connection fails without having been sent. Close
 * it, or the process stays alive.
 */
export function connectEtcd(endpoint: Endpoint): Client {
  const rpc = new OneRpc(endpoint);
  return {
    node: endpoint.node,
    range: (request) => rpc.unary("KV", "Range", encodeRange(request), decodeRange),
    put: (request) => rpc.unary("KV", "Put", encodePut(request), decodePut),
    deleteRange: (request) =>
      rpc.unary("KV", "DeleteRange", encodeDeleteRange(request), decodeDeleteRange),
    txn: (request) => rpc.unary("KV", "Txn", encodeTxn(request), decodeTxn),
    close: () => {
      rpc.close();
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
