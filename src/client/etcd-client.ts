import type { Client } from "../core/client.js";
import type { NodeStatus } from "../core/cluster.js";

/** How to reach one member. */
export interface Endpoint {
  /** The member's name, as the history calls it. */
  readonly node: string;
  /** `host:port`, without a scheme. */
  readonly endpoint: string;
  /** Deadline of every call, in milliseconds. */
  readonly timeoutMs: number;
  /** Mutual TLS, in PEM. Undefined for plain text. */
  readonly tls?: TlsFiles;
}

export interface TlsFiles {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export function connectEtcd(endpoint: Endpoint): Client {
  throw new Error(`not connected to ${endpoint.node}`);
}

/** Rejects with RequestError where the member does not answer in time. */
export function memberStatus(endpoint: Endpoint): Promise<NodeStatus> {
  return Promise.reject(new Error(`not connected to ${endpoint.node}`));
}
