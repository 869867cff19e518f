import { describe, expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import { connectEngine } from "../src/cluster/docker/engine.js";
import { fetchEtcd } from "../src/cluster/docker/versions.js";
import { answerOrError } from "../src/core/client.js";
import type { Capability, Cluster } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { nemeses } from "./index.js";
import { type ClockSpec, clock } from "./clock.js";
import { diskStall } from "./disk-stall.js";
import { kill } from "./kill.js";
import { partition } from "./partition.js";
import { pause } from "./pause.js";
import { powerFailure } from "./power-failure.js";
import { changeOf, rollout } from "./rollout.js";
import { snapshotCatchUp } from "./snapshot-catch-up.js";
import { chosen, eventually, seeItDone } from "./real-cluster.fixture.js";

/** Changes of nodes, which nothing undoes, and what begins with a whole cluster alone. */
const byThemselves: readonly Capability[] = ["rollout", "left-behind", "corrupt", "membership"];

function possibleOn(cluster: Cluster): Nemesis[] {
  return Object.values(nemeses).filter(
    ({ needs, parts }) =>
      parts === undefined &&
      needs.every((need) => cluster.capabilities.has(need) && !byThemselves.includes(need)),
  );
}

/** Whatever the work does, each node is written to all the time. */
async function underLoad(cluster: Cluster, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const writers = [...cluster.nodes, ...cluster.nodes].map(async (node) => {
    const client = cluster.connect(node, { timeoutMs: 1_000 });
    while (!isOver) {
      await answerOrError(client.put({ key: "load", value: node }));
      await cluster.sleep(5);
    }
    client.close();
  });
  try {
    await work();
  } finally {
    isOver = true;
    await Promise.all(writers);
  }
}

async function seeItComeAndGo<Spec extends FaultSpec>(
  nemesis: Nemesis<Spec>,
  cluster: Cluster,
  spec: Spec,
): Promise<void> {
  await seeItDone(nemesis, cluster, spec);
  expect(await nemesis.proveInForce(cluster, spec), "after").toMatchObject({ holds: false });
  await cluster.waitUntilServing(30_000);
}

describe("each fault is seen in force and over", () => {
  it("partition", async () => {
    await withCluster({ nodes: 5 }, async (cluster) => {
      const kinds = ["leader", "halves", "ring", "bridge", "one-way", "clients"] as const;
      for (const kind of kinds) {
        const spec = await chosen(partition, cluster, (s) => s.kind === kind && !s.flaps);
        await seeItComeAndGo(partition, cluster, spec);
      }
      const flapping = await chosen(partition, cluster, ({ flaps }) => flaps?.times === 3);
      await seeItComeAndGo(partition, cluster, flapping);
    });
  });

  it("pause", async () => {
    await withCluster({ nodes: 5 }, async (cluster) => {
      for (const target of ["one", "minority", "majority", "leader"] as const) {
        for (const method of ["sigstop", "freezer"] as const) {
          const spec = await chosen(
            pause,
            cluster,
            (s) => s.target === target && s.method === method,
          );
          await seeItComeAndGo(pause, cluster, spec);
        }
      }
    });
  });

  it("kill", async () => {
    await withCluster({ nodes: 5 }, async (cluster) => {
      const targets = ["one", "minority", "majority", "leader", "followers", "all"] as const;
      for (const target of targets) {
        const spec = await chosen(kill, cluster, (s) => s.target === target);
        await seeItComeAndGo(kill, cluster, spec);
      }
    });
  });

  it("snapshot-catch-up", async () => {
    await withCluster({ nodes: 3 }, async (cluster) => {
      const ofAnySort = () => true;
      const spec = await chosen(snapshotCatchUp, cluster, ofAnySort);
      await expect(snapshotCatchUp.inject(cluster, spec), "nobody writes").rejects.toThrow(
        /the others came from entry \d+ to \d+ within \d+ s/,
      );
      expect(await snapshotCatchUp.proveInForce(cluster, spec)).toMatchObject({ holds: false });
      await cluster.healAll();
      await cluster.waitUntilServing(30_000);
      await underLoad(cluster, async () => {
        const next = await chosen(snapshotCatchUp, cluster, ofAnySort);
        await seeItComeAndGo(snapshotCatchUp, cluster, next);
        expect(await snapshotCatchUp.proveOver(cluster, next)).toMatchObject({
          holds: true,
          evidence: expect.stringMatching(/got [1-9]\d* snapshots from a leader/) as string,
        });
        await snapshotCatchUp.inject(cluster, await chosen(snapshotCatchUp, cluster, ofAnySort));
        await cluster.healAll();
        await cluster.waitUntilServing(30_000);
      });
    });
  });

  it("disk-stall", async () => {
    await withCluster({ nodes: 5, ownDisks: true }, async (cluster) => {
      for (const target of ["one", "minority", "majority", "leader"] as const) {
        const spec = await chosen(diskStall, cluster, (s) => s.target === target);
        await seeItComeAndGo(diskStall, cluster, spec);
      }
    });
  });

  it("clock", async () => {
    const sorts: Record<string, (spec: ClockSpec) => boolean> = {
      "a small jump": ({ skew }) => skew.rate === 1 && Math.abs(skew.jumpMs) < 20,
      "a jump ahead": ({ skew }) => skew.rate === 1 && skew.jumpMs > 10_000,
      "a jump back": ({ skew }) => skew.rate === 1 && skew.jumpMs < -10_000,
      "too fast": ({ skew }) => skew.rate > 1,
      "too slow": ({ skew }) => skew.rate < 1,
      "to and fro": ({ swings }) => swings !== undefined,
      "all of them": ({ nodes }) => nodes.length === 3,
    };
    await withCluster({ nodes: 3, ownClocks: true }, async (cluster) => {
      for (const isOfSort of Object.values(sorts)) {
        await seeItComeAndGo(clock, cluster, await chosen(clock, cluster, isOfSort));
      }
    });
  });

  it("power-failure", async () => {
    await withCluster({ nodes: 5, ownDisks: true }, async (cluster) => {
      for (const target of ["one", "minority", "majority", "leader", "all"] as const) {
        const spec = await chosen(powerFailure, cluster, (s) => s.target === target);
        await seeItComeAndGo(powerFailure, cluster, spec);
      }
    });
  });
});

it("a rollout is seen in force and over, there and back, and what was killed comes back changed", async () => {
  const { engine, log } = { engine: await connectEngine(), log: () => undefined };
  const changeTo = {
    etcd: await fetchEtcd("3.5.16", { engine, log }),
    config: { "heartbeat-interval": 50 },
  };
  await withCluster({ nodes: 3, changes: [changeTo] }, async (cluster, { logOf }) => {
    for (const to of ["new", "old", "new"] as const) {
      for (const node of cluster.nodes) {
        const spec = changeOf(node, to);
        const before = await rollout.proveInForce(cluster, spec);
        expect(before, "before").toMatchObject({ holds: false });
        await rollout.inject(cluster, spec);
        const inForce = await eventually(() => rollout.proveInForce(cluster, spec));
        expect(inForce, spec.description).toMatchObject({ holds: true });
        const over = await eventually(() => rollout.proveOver(cluster, spec));
        expect(over, spec.description).toMatchObject({ holds: true });
        expect(cluster.state(node)).toMatchObject({ process: "running", setUp: to });
        const { version } = await cluster.status(node, 1_000);
        expect(version).toBe(to === "new" ? "3.5.16" : "3.5.30");
      }
    }
    expect(await logOf("n1")).toMatch(/"heartbeat-interval":"50ms"/);
    await cluster.kill("n1");
    expect(await rollout.proveInForce(cluster, changeOf("n1", "new"))).toMatchObject({
      holds: false,
    });
    await expect(cluster.change("n1", "old")).rejects.toThrow(
      /n1 could not be changed: it is killed/,
    );
    await cluster.healAll();
    await cluster.waitUntilServing(30_000);
    expect(await rollout.proveInForce(cluster, changeOf("n1", "new"))).toMatchObject({
      holds: true,
    });
  });
});

/** More at a time would leave nothing to harm. */
function inThrees<T>(items: readonly T[]): T[][] {
  const groups = Math.ceil(items.length / 3);
  return Array.from({ length: groups }, (_, group) => items.slice(3 * group, 3 * group + 3));
}

const onOne = ({ nodes }: FaultSpec) => nodes.length === 1;

it("faults of all kinds overlap, and are healed each by itself or all at once", async () => {
  const equipment = { ownDisks: true, ownClocks: true, links: true };
  await withCluster({ nodes: 7, ...equipment }, async (cluster) => {
    const groups = inThrees([...possibleOn(cluster), kill, pause, partition]);
    expect(groups.length).toBeGreaterThan(3);
    for (const [turn, group] of groups.entries()) {
      const faults: { nemesis: Nemesis; spec: FaultSpec }[] = [];
      for (const nemesis of group) {
        const spec = await chosen(nemesis, cluster, onOne);
        await nemesis.inject(cluster, spec);
        faults.push({ nemesis, spec });
      }
      for (const { nemesis, spec } of faults) {
        const proof = await eventually(() => nemesis.proveInForce(cluster, spec));
        expect(proof, spec.description).toMatchObject({ holds: true });
      }
      const isAllAtOnce = turn % 2 === 1;
      if (isAllAtOnce) await cluster.healAll();
      for (const { nemesis, spec } of faults) {
        if (!isAllAtOnce) await nemesis.heal(cluster, spec);
        const proof = await eventually(() => nemesis.proveOver(cluster, spec));
        expect(proof, spec.description).toMatchObject({ holds: true });
      }
      await cluster.waitUntilServing(30_000);
      for (const node of cluster.nodes) {
        expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
      }
    }
  });
});
