import type { Cluster } from "../src/core/cluster.js";
import { HarnessError } from "../src/core/errors.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import type { Restoration } from "../src/core/restoration.js";

export interface RestoreSpec extends FaultSpec {
  readonly nemesis: "restore";
  /** Whose snapshot it is. */
  readonly from: string;
  /** Milliseconds between the snapshot and the disaster, at least: what is written then is lost. */
  readonly ageMs: number;
}

const age = { leastMs: 200, mostMs: 1_500 };
const hold = { leastMs: 1_000, mostMs: 2_500 };

/**
 * All members are lost with all that they kept; in time the cluster is restored from a snapshot, as a
 * new one with new members. What was written after the snapshot is gone, and nothing else may be. In
 * force while nobody has etcd or data, over once a new cluster serves.
 */
export const restore: Nemesis<RestoreSpec> = {
  name: "restore",
  summary:
    "saves a snapshot under load, destroys all nodes some time later, and restores the cluster from it",
  needs: ["restore"],
  rewinds: true,
  needsWholeCluster: true,

  /** From a cluster that is well: who restores one that is under other faults has to end those first. */
  choose(situation, random) {
    const { nodes, toleratesRewind } = situation;
    const from = random.pick(nodes);
    const ageMs = age.leastMs + random.below(age.mostMs - age.leastMs);
    const holdMs = hold.leastMs + random.below(hold.mostMs - hold.leastMs);
    if (toleratesRewind !== true || !nodes.every((node) => isWell(situation, node))) {
      return undefined;
    }
    return {
      ...{ nemesis: "restore", nodes, from, ageMs, holdMs },
      description: `all nodes are destroyed, and restored from a snapshot of ${from}`,
    };
  },

  async inject(cluster, { from, ageMs }) {
    const restoration = restorationOf(cluster);
    await restoration.saveSnapshot(from);
    await cluster.sleep(ageMs);
    await restoration.destroyAll();
  },
  proveInForce: (cluster) => restorationOf(cluster).probeDestroyed(),
  heal: (cluster) => restorationOf(cluster).restoreAll(),
  proveOver: (cluster) => restorationOf(cluster).probeRestored(),
};

function restorationOf({ restoration }: Cluster): Restoration {
  if (restoration) return restoration;
  throw new HarnessError("This cluster cannot be restored from a snapshot.");
}

function isWell({ state }: Situation, node: string): boolean {
  const { process, cut, harms = [], setUp = "old" } = state(node);
  return process === "running" && cut.length === 0 && harms.length === 0 && setUp === "old";
}
