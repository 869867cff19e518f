import { describe, expect, it } from "vitest";
import { seededRandom } from "../src/generator/seeded-random.js";
import { type FakeCluster, fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { reconfigure, type ReconfigureSpec } from "./reconfigure.js";
import { setUpsOf, variedSetUpsOf } from "./set-ups.fixture.js";

const threeNodes = ["n1", "n2", "n3"];

function clusterOf(setUps = variedSetUpsOf("3.5.30")): FakeCluster {
  return fakeCluster({ nodes: threeNodes, clock: virtualClock(), setUps });
}

async function chosen(cluster: FakeCluster, seed: number): Promise<ReconfigureSpec | undefined> {
  const situation = {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node: string) => cluster.state(node),
    capabilities: cluster.capabilities,
  };
  return reconfigure.choose(situation, seededRandom(seed));
}

describe("reconfiguring", () => {
  it("brings nodes there and back, one at a time", async () => {
    const cluster = clusterOf();
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const spec = await chosen(cluster, seed);
      if (!spec) throw new RangeError();
      expect(await reconfigure.proveInForce(cluster, spec)).toMatchObject({ holds: false });
      await reconfigure.inject(cluster, spec);
      expect(await reconfigure.proveInForce(cluster, spec)).toMatchObject({ holds: true });
      await reconfigure.heal(cluster, spec);
      expect(await reconfigure.proveOver(cluster, spec)).toMatchObject({ holds: true });
      seen.add(`${spec.nodes.join()} ${spec.to}`);
    }
    expect(seen.size).toBe(2 * threeNodes.length);
  });

  it("leaves nodes the etcd that they have", async () => {
    const cluster = clusterOf(variedSetUpsOf("3.4.23", "3.5.30"));
    for (const node of threeNodes) await cluster.change(node, "new");
    for (let seed = 0; seed < 10; seed++) {
      expect((await chosen(cluster, seed))?.to).toBe("new-varied");
    }
  });

  it("changes no node that the others need, and none without another configuration", async () => {
    const cluster = clusterOf();
    await cluster.kill("n3");
    expect(await chosen(cluster, 1)).toBeUndefined();
    expect(await chosen(clusterOf(setUpsOf("3.5.16", "3.5.30")), 1)).toBeUndefined();
  });
});
