import type { Proof } from "./proof.js";

/**
 * Disaster recovery: all members are lost with all that they kept, and a cluster with new members is
 * made from a snapshot that one of them had saved. Doing rejects with HarnessError where it could
 * not be done; the probes never trust what was asked for.
 */
export interface Restoration {
  /** How often the cluster was destroyed: what its clients knew before need not hold any more. */
  readonly generation: number;
  /** Saves a snapshot of the node's and gets it ready on every node. Nothing is harmed by it. */
  saveSnapshot(node: string): Promise<void>;
  /** Kills every etcd and removes all that it kept. A snapshot must have been saved before. */
  destroyAll(): Promise<void>;
  /**
   * Makes the new cluster and waits a while for it to serve. Goes on where it was left off, and does
   * nothing where nothing is destroyed.
   */
  restoreAll(): Promise<void>;
  probeDestroyed(): Promise<Proof>;
  /** That whoever runs now is none of those from before. */
  probeRestored(): Promise<Proof>;
}
