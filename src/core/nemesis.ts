import type { AskedTargets } from "./asked-targets.js";
import type { Capability, Cluster, NodeState, Proof } from "./cluster.js";
import type { FaultSpec } from "./history.js";
import type { Random } from "./random.js";

/** What a nemesis may look at when it chooses its next fault. */
export interface Situation {
  readonly nodes: readonly string[];
  readonly leader: string | undefined;
  readonly state: (node: string) => NodeState;
  /** As the workload says it. */
  readonly toleratesCompaction?: true;
  readonly toleratesRewind?: true;
  /** Undefined where any node may be hit. */
  readonly target?: AskedTargets;
  /** What can be done to this cluster. */
  readonly capabilities: ReadonlySet<Capability>;
}

/**
 * How a nemesis lets its faults loose that does several at once: in attacks, with quiet periods
 * between them. Times are multiples of the run's interval between faults.
 */
export interface Rhythm {
  /** As many faults may be in force together. */
  readonly atOnce: number;
  readonly attack: { readonly least: number; readonly most: number };
  readonly quiet: { readonly least: number; readonly most: number };
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
  /** Those whose faults it lets loose; the cluster is made for them, as far as it can be. */
  readonly parts?: readonly Nemesis[];
  /** Undefined for one fault at a time, again and again. */
  readonly rhythm?: Rhythm;
  /** Sets the cluster back to an older state: for workloads that tolerate it. Default: never. */
  readonly rewinds?: true;
  /**
   * It begins and ends in a cluster in which little or nothing is wrong: where either is put off for
   * longer than the interval between faults, others begin none until it was done. Default: it waits.
   */
  readonly needsWholeCluster?: true;
  /** The next fault; undefined where the cluster is in no state for one just now. */
  choose(situation: Situation, random: Random): Spec | undefined;
  /** Whether its remedy can work as things are; it is put off until then. Default: always. */
  canBeHealed?(situation: Situation, spec: Spec): boolean;
  inject(cluster: Cluster, spec: Spec): Promise<void>;
  proveInForce(cluster: Cluster, spec: Spec): Promise<Proof>;
  /** Safe to call twice, and after an injection that failed half-way. */
  heal(cluster: Cluster, spec: Spec): Promise<void>;
  proveOver(cluster: Cluster, spec: Spec): Promise<Proof>;
}
