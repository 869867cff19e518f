import type { Proof } from "./proof.js";

/**
 * One kind of harm, done to a node at a time: done, undone, and looked at from outside. What is done
 * to one node does not hang on what is done to another. Doing rejects with HarnessError where it
 * could not be done; the probes never trust what was asked for.
 */
export interface Harm<How> {
  /** `how` is plain JSON. */
  inflict(node: string, how: How): Promise<void>;
  /** Safe to call twice, and where nothing was done. */
  remedy(node: string): Promise<void>;
  probeInForce(node: string): Promise<Proof>;
  probeOver(node: string): Promise<Proof>;
}

/** How each kind of harm is done, by the capability that a cluster has where it can do it. */
export interface Harms {
  readonly "packet-loss": PacketLoss;
  readonly "packet-disorder": PacketDisorder;
  readonly "slow-network": SlowNetwork;
  readonly "hold-links": HeldLinks;
  readonly "disk-full": NoChoice;
  readonly "no-space-alarm": NoChoice;
  readonly "disk-slow": DiskSlow;
  readonly corrupt: Corruption;
  readonly membership: Removal;
  readonly "left-behind": LeftBehind;
  readonly admin: OperatorDeed;
}

export type HarmName = keyof Harms;

/** The node drops this share of the packets that these others send to it. */
export interface PacketLoss {
  readonly from: readonly string[];
  /** Above 0 and below 1. */
  readonly share: number;
}

/** This share of the packets that these others send to the node comes twice, or behind later ones. */
export interface PacketDisorder {
  readonly from: readonly string[];
  /** Above 0 and below 1. Of those that come late: at most. */
  readonly share: number;
  readonly way: "duplicate" | "reorder";
}

/** What these others send to the node comes late, and slowly. */
export interface SlowNetwork {
  readonly from: readonly string[];
  /** Milliseconds, at least. */
  readonly delayMs: number;
  /** Milliseconds more, at most, differently from piece to piece; the order stays. */
  readonly jitterMs: number;
  /** Of all that the node itself sends. Undefined for as much as there is. */
  readonly kbitPerSecond?: number;
}

/** What these others send to the node is held back, and comes in its order once that is over. */
export interface HeldLinks {
  readonly from: readonly string[];
  /**
   * What came in the first so many milliseconds after it was first held back is let go now, in its
   * order; the rest is held. Undefined to hold all.
   */
  readonly letGoFirstMs?: number;
}

/** The node is stopped, and the others, which write meanwhile, are killed and started again. */
export interface LeftBehind {
  readonly restart: "at-once" | "one-by-one";
}

/** There is one way to do it alone. */
export type NoChoice = Readonly<Record<string, never>>;

/** The node's disk stands still for so long, lets through what waits, stands still again, ... */
export interface DiskSlow {
  readonly stallMs: number;
  readonly openMs: number;
}

/** What is wrong with the node's files when its etcd is started again. */
export interface Corruption {
  readonly file: "wal" | "snapshot" | "database";
  readonly way: "flip" | "truncate";
  /** Where in the file, as a share of its length from its end: from 0, below 1. */
  readonly place: number;
  /** The signal that ends its etcd before. */
  readonly stoppedBy: "KILL" | "TERM";
}

/** The node is a member no more; it comes back with an empty disk. */
export interface Removal {
  readonly comesBackAsLearner: boolean;
}

/** What an operator asks of a member that works. It harms nothing, and nothing has to undo it. */
export type OperatorDeed =
  /** Up to the newest revision; a physical one is answered once the space is free. */
  | { readonly deed: "compact"; readonly physical: boolean }
  | { readonly deed: "defragment" }
  /** Asked of the leader itself. */
  | { readonly deed: "move-leader"; readonly to: string }
  | { readonly deed: "snapshot" }
  | { readonly deed: "list-alarms" };
