import { describe, expect, it } from "vitest";
import { simulatedCapabilities } from "../src/cluster/simulated/capabilities.js";
import { withSimulation } from "../src/cluster/simulated/cluster.fixture.js";
import type { SimulatedCluster } from "../src/cluster/simulated/cluster.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { nemeses } from "./index.js";

async function situationOf(cluster: SimulatedCluster) {
  const leader = await cluster.leader();
  return {
    nodes: cluster.nodes,
    leader,
    state: (node: string) => cluster.state(node),
    capabilities: cluster.capabilities,
  };
}

const possible = Object.values(nemeses).filter(({ needs }) =>
  needs.every((need) => simulatedCapabilities.has(need)),
);

describe.each(possible)("$name on a simulated cluster", (nemesis) => {
  it("is seen in force when it was injected and not before, and over when it was healed", () =>
    withSimulation({ nodes: 5 }, async ({ cluster }) => {
      const described = new Set<string>();
      for (let seed = 0; seed < 60; seed++) {
        const spec = nemesis.choose(await situationOf(cluster), seededRandom(seed));
        if (!spec) continue;
        described.add(spec.description);
        expect(await nemesis.proveInForce(cluster, spec), "before").toMatchObject({ holds: false });
        await nemesis.inject(cluster, spec);
        expect(await nemesis.proveInForce(cluster, spec)).toMatchObject({ holds: true });
        // Links that a cut still covers are no evidence either way.
        if (spec.nemesis !== "partition") {
          expect(await nemesis.proveOver(cluster, spec), "early").toMatchObject({ holds: false });
        }
        await nemesis.heal(cluster, spec);
        await nemesis.heal(cluster, spec);
        expect(await nemesis.proveOver(cluster, spec)).toMatchObject({ holds: true });
        await cluster.waitUntilServing(30_000);
      }
      expect(described.size).toBeGreaterThan(5);
    }));

  it("is undone by healing all", () =>
    withSimulation({ nodes: 5 }, async ({ cluster }) => {
      const spec = nemesis.choose(await situationOf(cluster), seededRandom(3));
      if (!spec) throw new Error("nothing was chosen");
      await nemesis.inject(cluster, spec);
      await cluster.healAll();
      expect(await nemesis.proveOver(cluster, spec)).toMatchObject({ holds: true });
      await cluster.waitUntilServing(30_000);
    }));
});
