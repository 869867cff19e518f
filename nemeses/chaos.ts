import type { Cluster } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";

const name = "chaos";

/** One in so many choices in a cluster that is whole: an attack begins with one, and has few more. */
const disasterOdds = 5;

/**
 * Lets several of these loose at once for a while, then leaves the cluster in peace for a while. Each
 * fault is one of theirs and goes by their name, so that it can be asked for again without chaos.
 * Now and then comes the disaster in place of one, where the cluster can be restored from it and the
 * workload can be judged across that.
 */
export function chaosOf(usual: readonly Nemesis[], disaster?: Nemesis): Nemesis {
  const parts = disaster ? [...usual, disaster] : usual;
  const partOf = (spec: FaultSpec): Nemesis => {
    const part = parts.find((one) => one.name === spec.nemesis);
    if (!part) throw new RangeError(`chaos has no part "${spec.nemesis}"`);
    return part;
  };
  return {
    name,
    summary:
      "a seeded mix of all that can be done to the cluster, several at once, in attacks with quiet periods between",
    needs: [],
    parts,
    rhythm: { atOnce: 3, attack: { least: 3, most: 8 }, quiet: { least: 1, most: 3 } },

    /** In an order of its own each time; the first that has a fault to do just now does it. */
    choose(situation, random) {
      if (disaster && isPossible(disaster, situation) && situation.toleratesRewind === true) {
        if (isAllDown(situation)) return undefined;
        const spec = disaster.choose(situation, random);
        if (spec && random.below(disasterOdds) === 0) return { ...spec, by: name };
      }
      const possible = usual.filter((part) => isPossible(part, situation));
      for (const part of random.shuffle(possible)) {
        const spec = part.choose(situation, random);
        if (spec && !isDoneAlready(part, spec, situation)) return { ...spec, by: name };
      }
      return undefined;
    },

    inject: (cluster: Cluster, spec) => partOf(spec).inject(cluster, spec),
    proveInForce: (cluster, spec) => partOf(spec).proveInForce(cluster, spec),
    canBeHealed: (situation, spec) => partOf(spec).canBeHealed?.(situation, spec) ?? true,
    heal: (cluster, spec) => partOf(spec).heal(cluster, spec),
    proveOver: (cluster, spec) => partOf(spec).proveOver(cluster, spec),
  };
}

function isPossible({ needs, minNodes = 1 }: Nemesis, situation: Situation): boolean {
  const able = needs.every((need) => situation.capabilities.has(need));
  return able && situation.nodes.length >= minNodes;
}

/** As after the disaster: what is done to such a cluster could be in the way of its restoration. */
function isAllDown({ nodes, state }: Situation): boolean {
  return nodes.every((node) => state(node).process === "killed");
}

/** Two of a kind on one node could not be told apart: the end of the one would be that of both. */
function isDoneAlready({ needs }: Nemesis, { nodes }: FaultSpec, { state }: Situation): boolean {
  return nodes.some((node) => state(node).harms?.some((harm) => needs.includes(harm)));
}
