import { expect, it } from "vitest";
import type { MetricGrowth } from "../src/core/cluster.js";
import { fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { kill, type KillSpec } from "./kill.js";

const when: MetricGrowth = { metric: "commits_total", grewBy: 2, withinMs: 1_000 };
const nodes = ["n1", "n2", "n3"];
const now: KillSpec = {
  nemesis: "kill",
  nodes: ["n2", "n3"],
  target: "minority",
  description: "n2 and n3 are killed",
};

it("kills at once where it was given no moment", async () => {
  const cluster = fakeCluster({ nodes, clock: virtualClock() });
  await kill.inject(cluster, now);
  expect(cluster.deeds).toEqual(["kill n2", "kill n3"]);
});

it("has each node wait for the moment that it was given", async () => {
  const asked: [string, MetricGrowth][] = [];
  const fake = fakeCluster({ nodes, clock: virtualClock() });
  const killWhen = (node: string, moment: MetricGrowth) => {
    asked.push([node, moment]);
    return Promise.resolve();
  };
  await kill.inject({ ...fake, killWhen }, { ...now, when });
  expect(asked).toEqual([
    ["n2", when],
    ["n3", when],
  ]);
  expect(fake.deeds).toEqual([]);
});

it("kills nobody where no moment can be waited for", async () => {
  const cluster = fakeCluster({ nodes, clock: virtualClock() });
  await expect(kill.inject(cluster, { ...now, when })).rejects.toThrow(
    /wait for the metrics of n2/,
  );
  expect(cluster.deeds).toEqual([]);
});
