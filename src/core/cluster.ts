import type { Client } from "./client.js";

/** What a cluster may be able to do. A nemesis declares which of these it needs. */
export const capabilities = {
  partition: "drop packets between chosen nodes (iptables, NET_ADMIN)",
  pause: "stop a node's etcd process with SIGSTOP",
  freeze: "freeze a node's container with the engine's freezer",
  kill: "kill a node's etcd process and start it again",
} as const;

export type Capability = keyof typeof capabilities;

/** What a member says of itself (Maintenance.Status). */
export interface NodeStatus {
  readonly memberId: string;
  /** Member id of the leader that it knows; "0" for none. */
  readonly leaderId: string;
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly version: string;
  readonly dbSizeBytes: number;
}

/** A direction of traffic: packets that `from` sends to `to`. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

export type PauseMethod = "sigstop" | "freezer";

/**
 * What a node is doing as far as faults go. The cluster keeps it, since it carries them out; a
 * nemesis reads it to choose what may come next.
 */
export interface NodeState {
  readonly process: "running" | "paused" | "frozen" | "killed";
  /** Directions in which this node's traffic is dropped at the moment. */
  readonly cut: readonly Link[];
}

/** The outcome of a probe, with what was seen in a few words. */
export interface Proof {
  readonly holds: boolean;
  readonly evidence: string;
}

/**
 * Real or simulated members, and everything that can be done to them. Doing is one thing, proving
 * that it took effect another: `probe...` methods look at the cluster from outside and never trust
 * what was asked for. Methods that harm reject with HarnessError where the harm could not be done.
 */
export interface Cluster {
  readonly kind: "docker" | "simulated";
  readonly nodes: readonly string[];
  readonly capabilities: ReadonlySet<Capability>;

  /** A client with a connection of its own to that node alone. */
  connect(node: string, options: ConnectOptions): Client;
  /** Rejects with RequestError when the member does not answer within `timeoutMs`. */
  status(node: string, timeoutMs: number): Promise<NodeStatus>;
  state(node: string): NodeState;
  /** The node that the highest term's majority view names as leader; undefined where none does. */
  leader(): Promise<string | undefined>;

  /** SIGKILL to etcd; its disk and its network stay. */
  kill(node: string): Promise<void>;
  /** Starts etcd again after a kill. Does not wait until it serves: without quorum it may not. */
  start(node: string): Promise<void>;
  probeKilled(node: string): Promise<Proof>;
  probeStarted(node: string): Promise<Proof>;

  pause(node: string, method: PauseMethod): Promise<void>;
  resume(node: string): Promise<void>;
  probePaused(node: string): Promise<Proof>;
  probeResumed(node: string): Promise<Proof>;

  /** Drops packets on these links, beside any that are dropped already; `id` names the cut. */
  cut(id: string, links: readonly Link[]): Promise<void>;
  /** Removes a cut. Safe to call twice. */
  mend(id: string): Promise<void>;
  /** Sends probe packets over each link: they must not arrive. */
  probeCut(links: readonly Link[]): Promise<Proof>;
  /** Sends probe packets over each link that no other cut covers: they must arrive. */
  probeMended(links: readonly Link[]): Promise<Proof>;

  /** Undoes everything that was ever done, whatever it was; then every process runs again. */
  healAll(): Promise<void>;
  /** Resolves once every node answers a linearizable read; rejects with HarnessError in time. */
  waitUntilServing(timeoutMs: number): Promise<void>;
}

export interface ConnectOptions {
  /** Deadline of every call, in milliseconds. */
  readonly timeoutMs: number;
}
