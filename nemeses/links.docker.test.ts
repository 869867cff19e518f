import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import { connectEngine } from "../src/cluster/docker/engine.js";
import { lanesOf, probeLanes } from "../src/cluster/docker/links/links.js";
import { type DockerNode, runScript } from "../src/cluster/docker/node.js";
import type { Cluster } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { holdLinks } from "./hold-links.js";
import { slowNetwork } from "./slow-network.js";
import { chosen, eventually } from "./real-cluster.fixture.js";

const run = `test-links-${process.pid}`;

async function seeItComeAndGo<Spec extends FaultSpec>(
  nemesis: Nemesis<Spec>,
  cluster: Cluster,
  spec: Spec,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  expect(await nemesis.proveInForce(cluster, spec), "before").toMatchObject({ holds: false });
  await nemesis.inject(cluster, spec);
  const inForce = await eventually(() => nemesis.proveInForce(cluster, spec));
  expect(inForce, spec.description).toMatchObject({ holds: true });
  expect(await nemesis.proveOver(cluster, spec), "in force").toMatchObject({ holds: false });
  await meanwhile();
  await nemesis.heal(cluster, spec);
  await nemesis.heal(cluster, spec);
  const over = await eventually(() => nemesis.proveOver(cluster, spec));
  expect(over, spec.description).toMatchObject({ holds: true });
  expect(await nemesis.proveInForce(cluster, spec), "after").toMatchObject({ holds: false });
}

async function machine(name: string): Promise<DockerNode> {
  const { docker } = await connectEngine();
  const containerName = `ordeal-${run}-${name}`;
  const container = docker.getContainer(containerName);
  const { NetworkSettings } = await container.inspect();
  const address = NetworkSettings.Networks[`ordeal-${run}`]?.IPAddress ?? "";
  return { name, container, containerName, docker, address, endpoint: "" };
}

it("what members say to each other is held and delayed, alone and under other faults, and healed", async () => {
  await withCluster({ run, nodes: 3, tls: true, links: true }, async (cluster) => {
    const bothWays = await chosen(holdLinks, cluster, ({ kind }) => kind === "both-ways");
    await seeItComeAndGo(holdLinks, cluster, bothWays);
    const narrow = await chosen(
      slowNetwork,
      cluster,
      ({ nodes, how }) => nodes.length === 2 && how.kbitPerSecond !== undefined,
    );
    await seeItComeAndGo(slowNetwork, cluster, narrow);
    await cluster.waitUntilServing(30_000);

    const toLeader = await chosen(holdLinks, cluster, ({ kind }) => kind === "to-leader");
    const [leader = ""] = toLeader.nodes;
    await seeItComeAndGo(holdLinks, cluster, toLeader, async () => {
      expect(cluster.state(leader)).toMatchObject({ held: toLeader.links, harms: ["hold-links"] });
      await cluster.pause(leader, "sigstop");
      expect(await holdLinks.proveInForce(cluster, toLeader)).toMatchObject({ holds: true });
      await cluster.resume(leader);
    });
    await cluster.waitUntilServing(30_000);

    await seeTheFirstGoFirst(cluster);

    const late = await chosen(slowNetwork, cluster, ({ nodes }) => nodes.length === 3);
    await slowNetwork.inject(cluster, late);
    await holdLinks.inject(cluster, bothWays);
    await runScript(await machine("n1"), "pkill -KILL -x links", "The proxy could not be killed");
    await cluster.healAll();
    for (const node of cluster.nodes) {
      expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
    }
    expect(await eventually(() => holdLinks.proveOver(cluster, bothWays))).toMatchObject({
      holds: true,
    });
    expect(await eventually(() => slowNetwork.proveOver(cluster, late))).toMatchObject({
      holds: true,
    });
    await cluster.waitUntilServing(30_000);
  });
});

/** What the first probe sent waits from the beginning, what the second sent came later. */
async function seeTheFirstGoFirst(cluster: Cluster): Promise<void> {
  const hold = cluster.harm("hold-links");
  const [lane] = lanesOf({ from: await machine("n2"), to: await machine("n1") });
  if (!lane) throw new Error("a direction has lanes");
  const lookAtIt = async () => {
    const [seen] = await probeLanes([lane], { count: 1, patienceMs: 10 });
    if (!seen) throw new Error("nothing was seen");
    return seen.after;
  };
  await hold.inflict("n1", { from: ["n2"] });
  const early = await lookAtIt();
  await cluster.sleep(1_500);
  const late = await lookAtIt();
  expect(late).toMatchObject({ isHeld: true, passedBytes: early.passedBytes });
  await hold.inflict("n1", { from: ["n2"], letGoFirstMs: 1_000 });
  const rest = await lookAtIt();
  expect(rest.isHeld).toBe(true);
  // What waited for a probe that is gone is lost, and does not count as passed.
  expect(rest.passedBytes).toBeGreaterThan(early.passedBytes);
  expect(rest.waitingBytes).toBeGreaterThan(0);
  expect(rest.passedBytes).toBeLessThan(late.passedBytes + late.waitingBytes);
  await hold.remedy("n1");
  expect(await eventually(() => hold.probeOver("n1"))).toMatchObject({ holds: true });
}

it("nodes have no proxy in runs that ask for nothing of the kind", async () => {
  await withCluster({ run, nodes: 1 }, async (cluster) => {
    expect(cluster.capabilities).not.toContain("hold-links");
    expect(() => cluster.harm("slow-network")).toThrow(/not made for slow-network/);
    const script = "pgrep -x links; iptables-save -t nat | grep LINKS; true";
    expect(await runScript(await machine("n1"), script, "n1 could not be looked at")).toBe("");
  });
});
