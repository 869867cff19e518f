import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import { answerOrError, RequestError } from "../src/core/client.js";
import type { MetricGrowth } from "../src/core/cluster.js";
import { kill, type KillSpec } from "./kill.js";

const holds = { holds: true };

function specOf(when?: MetricGrowth): KillSpec {
  const description = "n1 is killed";
  return { nemesis: "kill", nodes: ["n1"], target: "one", description, ...(when && { when }) };
}

it("kills when a metric has grown, and not where it does not", async () => {
  await withCluster({ nodes: 1 }, async (cluster) => {
    const metric = "etcd_mvcc_put_total";
    const never = specOf({ metric, grewBy: 1, withinMs: 300 });
    await expect(kill.inject(cluster, never)).rejects.toThrow(/grew from \d+ to \d+ alone/);
    expect(await kill.proveInForce(cluster, never)).toMatchObject({ holds: false });
    expect(cluster.state("n1").process).toBe("running");

    const spec = specOf({ metric, grewBy: 3, withinMs: 15_000 });
    const client = cluster.connect("n1", { timeoutMs: 1_000 });
    const killer = { isDone: false };
    const killing = kill.inject(cluster, spec).finally(() => {
      killer.isDone = true;
    });
    let answered = 0;
    while (!killer.isDone) {
      const answer = await answerOrError(client.put({ key: "of-the-test", value: `${answered}` }));
      if (!(answer instanceof RequestError)) answered += 1;
      await cluster.sleep(100);
    }
    await killing;
    client.close();
    expect(answered).toBeGreaterThanOrEqual(2);
    expect(await kill.proveInForce(cluster, spec)).toMatchObject(holds);
    expect(cluster.state("n1").process).toBe("killed");
    await kill.heal(cluster, spec);
    await cluster.waitUntilServing(30_000);
    expect(await kill.proveOver(cluster, spec)).toMatchObject(holds);
  });
});

it("kills a node whose disk stands still, and starts it once that is over", async () => {
  await withCluster({ nodes: 1, ownDisks: true }, async (cluster) => {
    const client = cluster.connect("n1", { timeoutMs: 500 });
    // Whichever thread is the one that the disk keeps.
    for (let round = 1; round <= 4; round++) {
      await cluster.stallDisk("n1");
      await expect(client.put({ key: "of-the-test", value: `${round}` })).rejects.toThrow();
      await kill.inject(cluster, specOf());
      expect(await kill.proveInForce(cluster, specOf())).toMatchObject(holds);
      await cluster.releaseDisk("n1");
      await kill.heal(cluster, specOf());
      await cluster.waitUntilServing(30_000);
      expect(await kill.proveOver(cluster, specOf())).toMatchObject(holds);
    }
    client.close();
  });
});
