import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import type { DockerCluster } from "../src/cluster/docker/start-cluster.js";
import { answerOrError } from "../src/core/client.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { diskFull } from "./disk-full.js";
import { diskSlow } from "./disk-slow.js";
import { packetLoss } from "./packet-loss.js";
import { chosen, eventually } from "./real-cluster.fixture.js";

async function seeItComeAndGo<Spec extends FaultSpec>(
  nemesis: Nemesis<Spec>,
  cluster: DockerCluster,
  { spec, meanwhile }: { spec: Spec; meanwhile?: () => Promise<void> },
): Promise<void> {
  const not = { holds: false };
  expect(await nemesis.proveInForce(cluster, spec), "before").toMatchObject(not);
  await nemesis.inject(cluster, spec);
  const inForce = await eventually(() => nemesis.proveInForce(cluster, spec));
  expect(inForce, spec.description).toMatchObject({ holds: true });
  expect(await nemesis.proveOver(cluster, spec), "early").toMatchObject(not);
  await meanwhile?.();
  await nemesis.heal(cluster, spec);
  await nemesis.heal(cluster, spec);
  const over = await eventually(() => nemesis.proveOver(cluster, spec));
  expect(over, spec.description).toMatchObject({ holds: true });
  expect(await nemesis.proveInForce(cluster, spec), "after").toMatchObject(not);
  await cluster.waitUntilServing(30_000);
  for (const node of cluster.nodes) {
    expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
  }
}

it("full disks, slow disks and lost packets are seen in force and over", async () => {
  await withCluster({ nodes: 3, ownDisks: true }, async (cluster, { findings }) => {
    const loss = await chosen(packetLoss, cluster, (s) => s.kind === "all" && s.share >= 0.2);
    await seeItComeAndGo(packetLoss, cluster, { spec: loss });
    const slow = await chosen(diskSlow, cluster, (s) => s.target === "all" && s.how.stallMs === 50);
    await seeItComeAndGo(diskSlow, cluster, { spec: slow });
    const alarm = await chosen(diskFull, cluster, (s) => s.way === "alarm");
    await seeItComeAndGo(diskFull, cluster, { spec: alarm });
    expect(findings).toEqual([]);

    const full = await chosen(
      diskFull,
      cluster,
      (s) => s.way === "file-system" && s.nodes.length === 1,
    );
    await seeItComeAndGo(diskFull, cluster, {
      spec: full,
      meanwhile: async () => {
        expect(cluster.state(full.nodes[0] ?? "").process).toBe("harmed");
        await write(cluster, full.nodes);
      },
    });
    // etcd gave up for want of space, and nobody else did.
    expect(findings.map(({ node }) => node)).toEqual(expect.arrayContaining([...full.nodes]));
    expect(new Set(findings.map(({ node }) => node))).toEqual(new Set(full.nodes));
    expect(findings[0]?.line).toContain("no space left on device");

    await cluster.harm("disk-full").inflict("n1", {});
    await cluster.harm("no-space-alarm").inflict("n2", {});
    await cluster.harm("disk-slow").inflict("n3", { stallMs: 100, openMs: 10 });
    await cluster.harm("packet-loss").inflict("n3", { from: ["n1", "n2"], share: 0.3 });
    expect(cluster.state("n3").harms).toEqual(["packet-loss", "disk-slow"]);
    await cluster.healAll();
    await cluster.waitUntilServing(30_000);
    for (const [harm, node] of [
      ["disk-full", "n1"],
      ["no-space-alarm", "n2"],
      ["disk-slow", "n3"],
      ["packet-loss", "n3"],
    ] as const) {
      const over = await eventually(() => cluster.harm(harm).probeOver(node));
      expect(over, harm).toMatchObject({ holds: true });
      expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
    }
  });
});

/** Until the etcd on these nodes needs space. */
async function write(cluster: DockerCluster, full: readonly string[]): Promise<void> {
  const other = cluster.nodes.find((node) => !full.includes(node)) ?? "";
  const client = cluster.connect(other, { timeoutMs: 1_000 });
  for (let tries = 0; tries < 20; tries++) {
    await answerOrError(client.put({ key: "filling", value: "x".repeat(10_000) }));
    const [ended] = await cluster.ended();
    if (ended) break;
  }
  client.close();
}
