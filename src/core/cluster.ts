import type { MemberClient } from "./client.js";
import type { Harm, HarmName, Harms } from "./harms.js";
import type { Proof } from "./proof.js";
import type { Restoration } from "./restoration.js";

export type { Proof } from "./proof.js";

/** What a cluster may be able to do. A nemesis declares which of these it needs. */
export const capabilities = {
  partition: "drop packets between chosen nodes (iptables, NET_ADMIN)",
  pause: "stop a node's etcd process with SIGSTOP",
  freeze: "freeze a node's container with the engine's freezer",
  kill: "kill a node's etcd process and start it again",
  "power-failure": "cut a node's power: what it had not synced to its disk is lost",
  "disk-stall": "hold back all that a node writes to its disk",
  clock: "set a node's clock ahead or back, or let it run too fast or too slow",
  "packet-loss": "drop a share of the packets between chosen nodes (iptables, NET_ADMIN)",
  "packet-disorder":
    "have packets between chosen nodes come twice or out of order (iptables TEE, tc, NET_ADMIN)",
  "slow-network": "delay what nodes send each other, and limit how much",
  "hold-links": "hold back what nodes send each other, and let it go in its order",
  "disk-full": "leave a node no space on its disk",
  "no-space-alarm": "raise etcd's alarm that its space is used up",
  "disk-slow": "make a node's disk slow",
  corrupt: "damage the files of a node that is stopped",
  "left-behind": "leave a node so far behind that it needs a snapshot from the leader",
  membership: "remove members from the cluster and add them again",
  admin:
    "ask a member for what operators ask: compaction, defragmentation, another leader, a snapshot",
  restore: "destroy all nodes and restore the cluster from a snapshot (etcdctl)",
  rollout: "restart a node with another etcd or configuration, given by --to and --to-etcd",
} as const;

/** n1, n2, ... as every kind of cluster calls its nodes. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}

export type Capability = keyof typeof capabilities;

/** Those that add members, or remove them, to do their harm or to undo it. */
export const reconfiguring: ReadonlySet<Capability> = new Set<Capability>([
  "membership",
  "corrupt",
]);

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

/** As the sender of a link: everybody who is not a member. */
export const clients = "clients";

/** A direction of traffic: packets that `from` sends to `to`; those of clients to its client port. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

export type PauseMethod = "sigstop" | "freezer";

/**
 * What a node runs, an etcd and its configuration, by name: "old" is what it began with; "new",
 * "new-2", "new-3", ... are what it can be changed to, in this order. Each may come "varied" as well:
 * the same etcd with another configuration.
 */
export type SetUp = `${"old" | "new" | `new-${number}`}${"" | "-varied"}`;

/** What is to be known of one to choose among them. */
export interface SetUpFacts {
  readonly name: SetUp;
  /** Its place on the way from one etcd to the next: 0 is that of "old". */
  readonly step: number;
  readonly isVaried: boolean;
  /** etcd's, such as "3.5.30". */
  readonly version: string;
}

export function setUpName(step: number, isVaried: boolean): SetUp {
  const name = step === 0 ? "old" : step === 1 ? "new" : (`new-${step}` as const);
  return isVaried ? `${name}-varied` : name;
}

/**
 * What a node is doing as far as faults go. The cluster keeps it, since it carries them out; a
 * nemesis reads it to choose what may come next.
 */
export interface NodeState {
  readonly process:
    | "running"
    | "paused"
    | "frozen"
    | "killed"
    /** Its disk holds back what it writes: not even a signal ends it until that is over. */
    | "stalled"
    /** Under a harm that may keep it from working, or end it. */
    | "harmed";
  /** Directions in which this node's traffic is dropped at the moment. */
  readonly cut: readonly Link[];
  /** Directions in which what it says or hears is held back at the moment. Undefined for none. */
  readonly held?: readonly Link[];
  /** Kinds of harm that are being done to it, of those without methods of their own. */
  readonly harms?: readonly HarmName[];
  /** Undefined where it is right. */
  readonly clock?: "wrong";
  /** Undefined where the cluster was given nothing to change to. */
  readonly setUp?: SetUp;
  /** All that it can run, in their order, "old" first. Undefined likewise. */
  readonly setUps?: readonly SetUpFacts[];
}

/** How a node's clock is wrong from now on. */
export interface ClockSkew {
  /** Milliseconds that it jumps, ahead or (below 0) back. */
  readonly jumpMs: number;
  /** Its seconds in a real one: 1 is right. */
  readonly rate: number;
}

/** A moment in the life of an etcd, as a counter among its own metrics tells it. */
export interface MetricGrowth {
  /** Its name, without labels, such as "etcd_disk_backend_commit_duration_seconds_count". */
  readonly metric: string;
  /** At least so much more than when it was first looked at. */
  readonly grewBy: number;
  /** It comes within that time, in milliseconds, or is waited for no longer. At most 15 s. */
  readonly withinMs: number;
}

/**
 * The members, and everything that can be done to them. Doing is one thing, proving
 * that it took effect another: `probe...` methods look at the cluster from outside and never trust
 * what was asked for. Methods that harm reject with HarnessError where the harm could not be done.
 */
export interface Cluster {
  /** As `--cluster` names it. */
  readonly kind: string;
  readonly nodes: readonly string[];
  readonly capabilities: ReadonlySet<Capability>;

  /** A client with a connection of its own to that node alone. */
  connect(node: string, options: ConnectOptions): MemberClient;
  /** Rejects with RequestError when the member does not answer within `timeoutMs`. */
  status(node: string, timeoutMs: number): Promise<NodeStatus>;
  state(node: string): NodeState;
  /** The node that the highest term's majority view names as leader; undefined where none does. */
  leader(): Promise<string | undefined>;

  /** SIGKILL to etcd; its disk and its network stay. */
  kill(node: string): Promise<void>;
  /**
   * The same, but not before that moment: who waits for it is in the node already, and loses no time.
   * Rejects where it does not come. Undefined where no moment can be waited for.
   */
  killWhen?(node: string, moment: MetricGrowth): Promise<void>;
  /** Starts etcd again after a kill. Does not wait until it serves: without quorum it may not. */
  start(node: string): Promise<void>;
  probeKilled(node: string): Promise<Proof>;
  probeStarted(node: string): Promise<Proof>;

  /** The process dies, and its disk keeps what was synced alone. `start` turns it on again. */
  powerOff(node: string): Promise<void>;
  probePoweredOff(node: string): Promise<Proof>;

  /** The disk takes no writes: whoever writes to it, or syncs, waits. */
  stallDisk(node: string): Promise<void>;
  /** What waited is carried out. Safe to call twice. */
  releaseDisk(node: string): Promise<void>;
  /** Writes to it: that must not come to its end. */
  probeDiskStalled(node: string): Promise<Proof>;
  probeDiskReleased(node: string): Promise<Proof>;

  /**
   * Ends etcd in good order (SIGTERM), as an operator does, and starts it with the other set-up on
   * the same disk. Does not wait until it serves.
   */
  change(node: string, to: SetUp): Promise<void>;
  /** Looks at the process: it must be a new one, of that etcd and with that configuration. */
  probeChanged(node: string, to: SetUp): Promise<Proof>;
  /** Asks for a linearizable read: it must be answered. */
  probeServing(node: string): Promise<Proof>;

  /** Beside any skew that is there already. */
  skewClock(node: string, skew: ClockSkew): Promise<void>;
  /** Sets it right. Safe to call twice. */
  resetClock(node: string): Promise<void>;
  /** Compares the node's clock with the others': it must be wrong. */
  probeClockSkewed(node: string): Promise<Proof>;
  probeClockReset(node: string): Promise<Proof>;

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

  /** One of the kinds of harm that have no methods of their own here. Throws HarnessError for one that it cannot do. */
  harm<Name extends HarmName>(name: Name): Harm<Harms[Name]>;

  /** Undefined where the cluster cannot be restored from a snapshot. */
  readonly restoration?: Restoration;

  /** In the time that the cluster lives in. */
  sleep(ms: number): Promise<void>;

  /** Undoes everything that was ever done, whatever it was; then every process runs again. */
  healAll(): Promise<void>;
  /** Resolves once every node answers a linearizable read; rejects with HarnessError in time. */
  waitUntilServing(timeoutMs: number): Promise<void>;
}

export interface ConnectOptions {
  /** Deadline of every call, in milliseconds. */
  readonly timeoutMs: number;
}
