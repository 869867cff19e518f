import {
  type AskedTargets,
  isAskedFor,
  type TargetKind,
  targetKinds,
} from "../core/asked-targets.js";
import type { Capability, NodeState } from "../core/cluster.js";
import type { FaultSpec } from "../core/history.js";
import type { Nemesis, Situation } from "../core/nemesis.js";
import type { Random } from "../core/random.js";
import { seededRandom } from "../generator/seeded-random.js";

/** So often a nemesis chooses anew at most, until it hits what was asked for. */
const mostChoices = 25;

/**
 * The next fault of a nemesis that hits what `--target` asked for. Whether a nemesis aims by itself
 * or not: nothing else is let through. Without `--target` it is the first that the nemesis chooses.
 */
export function chooseAimed(
  nemesis: Nemesis,
  situation: Situation,
  random: Random,
): FaultSpec | undefined {
  if (!situation.target) return nemesis.choose(situation, random);
  for (let choices = 0; choices < mostChoices; choices++) {
    const spec = nemesis.choose(situation, random);
    if (spec && isAskedFor(situation, spec.nodes)) return spec;
  }
  return undefined;
}

export interface AimedCluster {
  readonly nodes: readonly string[];
  readonly capabilities: ReadonlySet<Capability>;
}

/**
 * Whether a nemesis has any fault that hits what is asked for, in a cluster in which nothing is wrong,
 * whoever leads. It is seen from what it chooses there, so that no list of what nemeses can do must
 * be kept right. The cluster has nothing to change to, and its workload tolerates nothing: those that
 * go through all nodes by themselves, or back in time, are not aimed.
 */
export function canHit(
  nemesis: Nemesis,
  { nodes, capabilities }: AimedCluster,
  target: AskedTargets,
): boolean {
  return nodes.some((leader) => {
    const situation = { nodes, leader, state: () => well, capabilities, target };
    return seeds.some((seed) => chooseAimed(nemesis, situation, seededRandom(seed)) !== undefined);
  });
}

const well: NodeState = { process: "running", cut: [] };
const seeds = Array.from({ length: 8 }, (_, seed) => seed);

/** The kinds of targets that it can be asked for in such a cluster; none where it takes no target. */
export function kindsHit(nemesis: Nemesis, cluster: AimedCluster): TargetKind[] {
  if (!canHit(nemesis, cluster, {})) return [];
  return targetKinds.filter((kind) => canHit(nemesis, cluster, { kinds: [kind] }));
}
