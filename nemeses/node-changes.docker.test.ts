import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import { connectEngine } from "../src/cluster/docker/engine.js";
import { fetchEtcd } from "../src/cluster/docker/versions.js";
import type { Cluster, SetUp, SetUpFacts } from "../src/core/cluster.js";
import { reconfigurationOf, reconfigure } from "./reconfigure.js";
import { upgrade, upgradeOf } from "./upgrade.js";
import { seeItDone } from "./real-cluster.fixture.js";

function setUpNamed(cluster: Cluster, name: SetUp): SetUpFacts {
  const found = cluster.state("n1").setUps?.find((setUp) => setUp.name === name);
  if (!found) throw new RangeError(name);
  return found;
}

it("upgrades, downgrades and other configurations are seen in force and over, as far as etcd allows", async () => {
  const { engine, log } = { engine: await connectEngine(), log: () => undefined };
  const changes = [
    { etcd: await fetchEtcd("3.5.16", { engine, log }) },
    { etcd: await fetchEtcd("3.5.30", { engine, log }) },
  ];
  const wishes = { nodes: 3, etcd: "3.4.23", changes, variation: {} };
  await withCluster(wishes, async (cluster, { logOf, findings }) => {
    const way = (from: SetUp, to: SetUp) => ({
      from: setUpNamed(cluster, from),
      to: setUpNamed(cluster, to),
    });
    await seeItDone(upgrade, cluster, upgradeOf("n1", way("old", "new")));
    await seeItDone(upgrade, cluster, upgradeOf("n2", { ...way("old", "new"), killAfterMs: 100 }));
    await seeItDone(upgrade, cluster, upgradeOf("n2", way("new", "old")));

    const varied = reconfigurationOf("n1", setUpNamed(cluster, "new-varied"));
    await seeItDone(reconfigure, cluster, varied);
    expect(await logOf("n1")).toMatch(/"heartbeat-interval":"50ms"/);
    await seeItDone(reconfigure, cluster, reconfigurationOf("n1", setUpNamed(cluster, "new")));
    expect(await reconfigure.proveInForce(cluster, varied)).toMatchObject({ holds: false });

    for (const node of ["n2", "n3"]) {
      await seeItDone(upgrade, cluster, upgradeOf(node, way("old", "new")));
    }
    const killed = upgradeOf("n1", { ...way("new", "new-2"), killAfterMs: 0 });
    await upgrade.inject(cluster, killed);
    await cluster.healAll();
    await cluster.waitUntilServing(30_000);
    expect(await upgrade.proveOver(cluster, killed)).toMatchObject({ holds: true });
    expect(findings).toEqual([]);

    const back = upgradeOf("n3", way("new", "old"));
    await expect(upgrade.inject(cluster, back)).rejects.toThrow(/n3 is not changed to etcd 3.4.23/);
    // As it is refused for good reason: the cluster's version has risen by now.
    await expect.poll(() => logOf("n3"), { timeout: 10_000 }).toMatch(clusterVersion35);
    await cluster.change("n3", "old");
    await expect
      .poll(() => logOf("n3"), { timeout: 10_000 })
      .toMatch(/invalid downgrade; server version is lower than determined cluster version/);
  });
});

const clusterVersion35 = /updated cluster version.*3\.5/;
