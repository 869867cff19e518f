import { describe, expect, it } from "vitest";
import type { Situation } from "../src/core/nemesis.js";
import { versionStep } from "../src/core/version-step.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { type FakeCluster, fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { setUpsOf } from "./set-ups.fixture.js";
import { upgrade, type UpgradeSpec, upgradeOf } from "./upgrade.js";

const threeNodes = ["n1", "n2", "n3"];
const [first, second, third] = ["3.4.23", "3.5.16", "3.5.30"] as const;

/** In the time of a clock of its own, which goes on by itself. */
function clusterOf(versions: readonly string[], nodes: readonly string[] = threeNodes) {
  const cluster = fakeCluster({ nodes, clock: virtualClock(), setUps: setUpsOf(...versions) });
  cluster.sleep = () => Promise.resolve();
  cluster.probeServing = (node) => cluster.probeStarted(node);
  return cluster;
}

async function situationOf(cluster: FakeCluster): Promise<Situation> {
  return {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node) => cluster.state(node),
    capabilities: cluster.capabilities,
  };
}

function versionsIn(cluster: FakeCluster): string[] {
  return cluster.nodes.map((node) => {
    const { setUp, setUps = [] } = cluster.state(node);
    return setUps.find(({ name }) => name === setUp)?.version ?? "";
  });
}

/** What it chooses and does with so many turns. */
async function walk(cluster: FakeCluster, seed: number, turns: number) {
  const random = seededRandom(seed);
  const steps: { spec: UpgradeSpec; before: string[]; after: string[] }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const spec = upgrade.choose(await situationOf(cluster), random);
    if (!spec) break;
    const before = versionsIn(cluster);
    expect(await upgrade.proveInForce(cluster, spec), "before").toMatchObject({ holds: false });
    await upgrade.inject(cluster, spec);
    expect(await upgrade.proveInForce(cluster, spec)).toMatchObject({ holds: true });
    await upgrade.heal(cluster, spec);
    expect(await upgrade.proveOver(cluster, spec)).toMatchObject({ holds: true });
    steps.push({ spec, before, after: versionsIn(cluster) });
  }
  return steps;
}

describe("an upgrade", () => {
  it("takes all nodes through all versions, and then goes to and fro where it may", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const cluster = clusterOf([first, second, third]);
      const steps = await walk(cluster, seed, 40);
      expect(steps).toHaveLength(40);
      const states = steps.map(({ after }) => after.join());
      expect(states).toContain([third, third, third].join());
      for (const node of [0, 1, 2]) {
        expect(new Set(steps.map(({ after }) => after[node]))).toContain(second);
      }
    }
  });

  it("never lets a node start in a cluster whose version is above its own", async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      let clusterVersion = first as string;
      for (const { spec, after } of await walk(clusterOf([first, second, third]), seed, 25)) {
        expect(versionStep(clusterVersion, spec.version)).not.toBe("minor downgrade");
        if (!after.includes(first)) clusterVersion = second;
        seen.add(`${spec.description.includes("goes back") ? "back" : "on"} to ${spec.version}`);
        if (spec.killAfterMs !== undefined) seen.add("killed");
      }
    }
    expect([...seen].sort()).toEqual([
      "back to 3.4.23",
      "back to 3.5.16",
      "killed",
      "on to 3.5.16",
      "on to 3.5.30",
    ]);
  });

  it("has nothing left to do once all run the last version, with no way back", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const cluster = clusterOf([first, third]);
      await walk(cluster, seed, 100);
      expect(versionsIn(cluster)).toEqual([third, third, third]);
    }
  });

  it("changes no node that the others need, and none that has nothing to change to", async () => {
    const cluster = clusterOf([second, third]);
    await cluster.pause("n2", "sigstop");
    expect(upgrade.choose(await situationOf(cluster), seededRandom(1))).toBeUndefined();
    const fixed = clusterOf([]);
    expect(upgrade.choose(await situationOf(fixed), seededRandom(1))).toBeUndefined();
  });

  it("is looked at when the node can serve again, whatever keeps it from that", async () => {
    const cluster = clusterOf([second, third]);
    const isLookedAt = async (spec: UpgradeSpec) =>
      upgrade.canBeHealed?.(await situationOf(cluster), spec);
    const [from, to] = setUpsOf(second, third);
    if (!from || !to) throw new RangeError();
    const links = ["n2", "n3"].map((other) => ({ from: "n1", to: other }));
    expect(await isLookedAt(upgradeOf("n1", { from, to }))).toBe(true);
    await cluster.cut("c", links);
    expect(upgrade.choose(await situationOf(cluster), seededRandom(1))).toBeUndefined();
    expect(await isLookedAt(upgradeOf("n1", { from, to }))).toBe(false);
    await cluster.mend("c");
    await cluster.kill("n1");
    expect(await isLookedAt(upgradeOf("n1", { from, to }))).toBe(false);
    expect(await isLookedAt(upgradeOf("n1", { from, to, killAfterMs: 1 }))).toBe(true);
  });

  it("refuses, when asked again, what etcd would not take in the cluster as it is by then", async () => {
    const cluster = clusterOf([first, second]);
    const [from, to] = setUpsOf(second, first).map((facts, index) => ({
      ...facts,
      name: index === 0 ? ("new" as const) : ("old" as const),
    }));
    if (!from || !to) throw new RangeError();
    const back = upgradeOf("n1", { from, to });
    for (const node of threeNodes) await cluster.change(node, "new");
    await expect(upgrade.inject(cluster, back)).rejects.toThrow(
      /n1 is not changed to etcd 3.4.23: with n1 3.5.16, n2 3.5.16, n3 3.5.16/,
    );
    expect(versionsIn(cluster)).toEqual([second, second, second]);
  });

  it("is over only when the node says that it is of that version, and after a kill not before", async () => {
    const cluster = clusterOf([first, second]);
    const [from, to] = setUpsOf(first, second);
    if (!from || !to) throw new RangeError();
    const spec = upgradeOf("n2", { from, to, killAfterMs: 0 });
    await upgrade.inject(cluster, spec);
    expect(cluster.deeds).toEqual(["change to new n2", "kill n2"]);
    expect(await upgrade.proveOver(cluster, spec)).toMatchObject({ holds: false });
    await upgrade.heal(cluster, spec);
    const claimed = cluster.status.bind(cluster);
    cluster.status = async (node, timeoutMs) => ({
      ...(await claimed(node, timeoutMs)),
      version: first,
    });
    expect(await upgrade.proveOver(cluster, spec)).toMatchObject({
      holds: false,
      evidence: expect.stringContaining("n2 says that it is etcd 3.4.23") as string,
    });
    cluster.status = claimed;
    expect(await upgrade.proveOver(cluster, spec)).toMatchObject({ holds: true });
  });

  it("kills nothing where the new etcd was never seen to run", async () => {
    const cluster = clusterOf([first, second]);
    const [from, to] = setUpsOf(first, second);
    if (!from || !to) throw new RangeError();
    cluster.probeChanged = () => Promise.resolve({ holds: false, evidence: "no etcd process" });
    const spec = upgradeOf("n2", { from, to, killAfterMs: 0 });
    await expect(upgrade.inject(cluster, spec)).rejects.toThrow(/nothing to kill: no etcd process/);
  });
});
