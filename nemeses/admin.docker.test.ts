import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import type { Cluster, Proof } from "../src/core/cluster.js";
import type { OperatorDeed } from "../src/core/harms.js";
import { admin, type AdminSpec } from "./admin.js";

it("each deed is seen to be done, not before and not afterwards, and the cluster serves", async () => {
  await withCluster({ nodes: 3 }, async (cluster) => {
    const [first = ""] = cluster.nodes;
    await seeItDone(cluster, [first], { deed: "compact", physical: true });
    await seeItDone(cluster, [first], { deed: "compact", physical: false });
    await seeItDone(cluster, [first], { deed: "defragment" });
    await seeItDone(cluster, cluster.nodes, { deed: "defragment" });
    await seeItDone(cluster, [first], { deed: "snapshot" });
    await seeItDone(cluster, [first], { deed: "list-alarms" });
    const leader = await leaderOf(cluster);
    const to = cluster.nodes.find((node) => node !== leader) ?? "";
    await seeItDone(cluster, [leader], { deed: "move-leader", to });
    expect(await leaderOf(cluster)).toBe(to);

    // Nothing was written since: what is not done must not be seen as done.
    const again = specOf([first], { deed: "compact", physical: true });
    await expect(admin.inject(cluster, again)).rejects.toThrow(/nothing was written/);
    expect(await admin.proveInForce(cluster, again)).toMatchObject({ holds: false });
    const astray = specOf([leader], { deed: "move-leader", to });
    await expect(admin.inject(cluster, astray)).rejects.toThrow(`${leader} does not lead`);

    await admin.inject(cluster, specOf([first], { deed: "list-alarms" }));
    expect(cluster.state(first).harms).toEqual(["admin"]);
    await cluster.healAll();
    expect(cluster.state(first)).toEqual({ process: "running", cut: [] });
  });
});

async function seeItDone(cluster: Cluster, nodes: readonly string[], how: OperatorDeed) {
  const spec = specOf(nodes, how);
  const [node = ""] = nodes;
  if (how.deed === "compact") await write(cluster, node);
  const seen: Proof[] = [await admin.proveInForce(cluster, spec)];
  await admin.inject(cluster, spec);
  seen.push(await admin.proveInForce(cluster, spec));
  await admin.heal(cluster, spec);
  await admin.heal(cluster, spec);
  await cluster.waitUntilServing(30_000);
  seen.push(await admin.proveOver(cluster, spec), await admin.proveInForce(cluster, spec));
  const holds = seen.map((proof) => proof.holds);
  expect(holds, JSON.stringify({ how, seen })).toEqual([false, true, true, false]);
}

function specOf(nodes: readonly string[], how: OperatorDeed): AdminSpec {
  return { nemesis: "admin", nodes, how, description: how.deed };
}

/** Several times, so that there is something old. */
async function write(cluster: Cluster, node: string): Promise<void> {
  const client = cluster.connect(node, { timeoutMs: 5_000 });
  for (let value = 0; value < 20; value++) {
    await client.put({ key: "of-the-test", value: `${value}`.repeat(1_000) });
  }
  client.close();
}

async function leaderOf(cluster: Cluster): Promise<string> {
  await expect.poll(() => cluster.leader(), { timeout: 10_000 }).toBeDefined();
  return (await cluster.leader()) ?? "";
}
