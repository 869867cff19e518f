import { describe, expect, it } from "vitest";
import { HarnessError } from "../src/core/errors.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { type FakeCluster, fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { changeOf, rollout } from "./rollout.js";
import { setUpsOf } from "./set-ups.fixture.js";

const threeNodes = ["n1", "n2", "n3"];

function clusterOf(nodes: readonly string[] = threeNodes): FakeCluster {
  return fakeCluster({ nodes, clock: virtualClock(), setUps: setUpsOf("3.5.16", "3.5.30") });
}

async function chosen(cluster: FakeCluster): Promise<string | undefined> {
  const situation = {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node: string) => cluster.state(node),
    capabilities: cluster.capabilities,
  };
  return rollout.choose(situation, seededRandom(1))?.nodes.join();
}

describe("a rollout", () => {
  it("changes each node once, and then none", async () => {
    const cluster = clusterOf();
    for (const node of threeNodes) {
      expect(await chosen(cluster)).toBe(node);
      const spec = changeOf(node, "new");
      expect(await rollout.proveInForce(cluster, spec)).toMatchObject({ holds: false });
      await rollout.inject(cluster, spec);
      expect(await rollout.proveInForce(cluster, spec)).toMatchObject({ holds: true });
      await rollout.heal(cluster, spec);
      expect(await rollout.proveOver(cluster, spec)).toMatchObject({ holds: true });
    }
    expect(await chosen(cluster)).toBeUndefined();
    expect(cluster.deeds).toEqual(threeNodes.map((node) => `change to new ${node}`));
  });

  it("goes back by changes of its own", async () => {
    const cluster = clusterOf();
    await rollout.inject(cluster, changeOf("n2", "new"));
    await rollout.inject(cluster, changeOf("n2", "old"));
    expect(cluster.state("n2").setUp).toBe("old");
    expect(await rollout.proveInForce(cluster, changeOf("n2", "new"))).toMatchObject({
      holds: false,
    });
  });

  it("chooses no node that the others need", async () => {
    const cluster = clusterOf();
    await cluster.kill("n3");
    expect(await chosen(cluster)).toBeUndefined();
    await cluster.start("n3");
    await cluster.cut("c", [{ from: "n1", to: "n2" }]);
    expect(await chosen(cluster)).toBeUndefined();
    const ofFive = clusterOf(["n1", "n2", "n3", "n4", "n5"]);
    await ofFive.pause("n1", "sigstop");
    expect(await chosen(ofFive)).toBe("n2");
    expect(await chosen(clusterOf(["n1"]))).toBe("n1");
  });

  it("waits for nobody who is under another fault, but for all others", async () => {
    const cluster = clusterOf();
    await cluster.pause("n1", "sigstop");
    await rollout.inject(cluster, changeOf("n2", "new"));
    await cluster.resume("n1");
    cluster.probeServing = (node) =>
      Promise.resolve({ holds: node !== "n2", evidence: `${node} is still starting` });
    await expect(rollout.inject(cluster, changeOf("n3", "new"))).rejects.toEqual(
      new HarnessError("n3 is not changed, since n2 is still starting"),
    );
    expect(cluster.state("n3").setUp).toBe("old");
  });

  it("has nothing to do where there is nothing to change to", async () => {
    const cluster = fakeCluster({ nodes: threeNodes, clock: virtualClock() });
    expect(await chosen(cluster)).toBeUndefined();
    await expect(rollout.inject(cluster, changeOf("n1", "new"))).rejects.toThrow(HarnessError);
  });
});
