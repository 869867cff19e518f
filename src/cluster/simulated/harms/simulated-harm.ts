import type { Link } from "../../../core/cluster.js";
import type { Harm } from "../../../core/harms.js";
import type { Network } from "../network.js";
import type { Scheduler } from "../scheduler.js";

/** What a harm may ask of the cluster that it belongs to. */
export interface Surroundings {
  readonly nodes: readonly string[];
  readonly network: Network;
  readonly scheduler: Scheduler;
  /** Does something a moment later: as with real nodes nothing is done at once. */
  readonly act: (deed: () => void) => Promise<void>;
}

export interface SimulatedHarm<How> extends Harm<How> {
  /** Whether it is being done to the node at the moment. */
  isOn(node: string): boolean;
  /** Directions in which it holds back what members say, on any node. Undefined where it never does. */
  heldLinks?(): readonly Link[];
  /** As `remedy`, at once. */
  undo(node: string): void;
}
