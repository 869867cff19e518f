import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import { packetDisorder } from "./packet-disorder.js";
import { packetLoss } from "./packet-loss.js";
import { chosen, eventually, seeItDone } from "./real-cluster.fixture.js";

it("packets that come twice or late are seen to, and no more once that is over", async () => {
  await withCluster({ nodes: 3 }, async (cluster, { findings }) => {
    for (const way of ["duplicate", "reorder"] as const) {
      const spec = await chosen(
        packetDisorder,
        cluster,
        (s) => s.way === way && s.kind === (way === "duplicate" ? "leader" : "all"),
      );
      await seeItDone(packetDisorder, cluster, spec);
      const after = await packetDisorder.proveInForce(cluster, spec);
      expect(after, "after").toMatchObject({ holds: false });
      await cluster.waitUntilServing(30_000);
    }

    const loss = await chosen(packetLoss, cluster, (s) => s.kind === "all" && s.share === 0.2);
    const spec = await chosen(
      packetDisorder,
      cluster,
      (s) => s.way === "reorder" && s.kind === "one",
    );
    await packetLoss.inject(cluster, loss);
    await packetDisorder.inject(cluster, spec);
    for (const prove of [
      () => packetLoss.proveInForce(cluster, loss),
      () => packetDisorder.proveInForce(cluster, spec),
    ]) {
      expect(await eventually(prove)).toMatchObject({ holds: true });
    }
    expect(await packetDisorder.proveOver(cluster, spec), "early").toMatchObject({ holds: false });
    expect(cluster.state("n1").harms).toEqual(["packet-loss", "packet-disorder"]);
    await cluster.healAll();
    await cluster.waitUntilServing(30_000);
    const over = await eventually(() => packetDisorder.proveOver(cluster, spec));
    expect(over).toMatchObject({ holds: true });
    for (const node of cluster.nodes) {
      expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
    }
    expect(findings).toEqual([]);
  });
});
