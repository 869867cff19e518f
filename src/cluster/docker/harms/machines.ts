import type { TlsFiles } from "../../../client/etcd-client.js";
import type { MemberClient } from "../../../core/client.js";
import type { Link, NodeState, NodeStatus } from "../../../core/cluster.js";
import type { Harm } from "../../../core/harms.js";
import type { NodeLog } from "../logs.js";
import type { DockerNode } from "../node.js";

/** How to reach one member. */
export interface MemberEndpoint {
  readonly node: string;
  /** `host:port`. */
  readonly endpoint: string;
  readonly tls?: TlsFiles;
}

/** What a harm may ask of the cluster that it belongs to. */
export interface Machines {
  readonly nodes: readonly string[];
  /** Throws HarnessError where there is no such node. */
  machine(node: string): DockerNode;
  /** What its etcd says. */
  logOf(node: string): NodeLog;
  /** What faults do to it at the moment. */
  state(node: string): NodeState;
  /** The effective `etcd-config.yml` that it is started with. */
  configOf(node: string): string;
  endpointOf(node: string): MemberEndpoint;
  /** A client of its own, to be closed. */
  connect(node: string, options: { readonly timeoutMs: number }): MemberClient;
  /** Rejects with RequestError where it does not answer in time. */
  status(node: string, timeoutMs: number): Promise<NodeStatus>;
  leader(): Promise<string | undefined>;
  /** SIGKILL or SIGTERM to its etcd, and waits until it is gone. Safe where none runs. */
  stopEtcd(node: string, signal: "KILL" | "TERM"): Promise<void>;
  /** Starts its etcd where none runs. Does not wait until it serves. */
  startEtcd(node: string): Promise<void>;
  /** Removes all that its etcd keeps. None may run. */
  emptyData(node: string): Promise<void>;
  /** Puts another text into the place of the `etcd-config.yml` that it is started with. */
  writeConfig(node: string, text: string): Promise<void>;
  sleep(ms: number): Promise<void>;
}

/** A harm to members in containers. */
export interface DockerHarm<How> extends Harm<How> {
  /** Whether it is being done to the node at the moment. */
  isOn(node: string): boolean;
  /** Such a node does its work no more, or may end at any moment: others count it as missing. */
  readonly stopsNode: boolean;
  /** Directions in which it holds back what members say, on any node. Undefined where it never does. */
  heldLinks?(): readonly Link[];
  /**
   * When it is undone where everything is: before the node's etcd is started again, or after the
   * others were started, since it takes them to undo it. Then, where it stops the node, its etcd is
   * left to the remedy to start.
   */
  readonly remediedWhen: "before-start" | "when-others-serve";
}
