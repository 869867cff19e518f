import type { Capability, Cluster, NodeState, Proof } from "./cluster.js";
import type { FaultSpec } from "./history.js";
import type { Random } from "./random.js";

/** What a nemesis may look at when it chooses its next fault. */
export interface Situation {
  readonly nodes: readonly string[];
  readonly leader: string | undefined;
  readonly state: (node: string) => NodeState;
}

/**
 * A kind of fault: how it is chosen, done, proved, undone and proved to be over. Choosing is apart
 * from doing, so that a recorded fault can be asked for again. A spec is plain JSON.
 */
export interface Nemesis<Spec extends FaultSpec = FaultSpec> {
  readonly name: string;
  /** One sentence for `ordeal list`. */
  readonly summary: string;
  readonly needs: readonly Capability[];
  /** Below so many nodes it can do nothing; undefined where one is enough. */
  readonly minNodes?: number;
  /** The next fault; undefined where the cluster is in no state for one just now. */
  choose(situation: Situation, random: Random): Spec | undefined;
  inject(cluster: Cluster, spec: Spec): Promise<void>;
  proveInForce(cluster: Cluster, spec: Spec): Promise<Proof>;
  /** Safe to call twice, and after an injection that failed half-way. */
  heal(cluster: Cluster, spec: Spec): Promise<void>;
  proveOver(cluster: Cluster, spec: Spec): Promise<Proof>;
}
