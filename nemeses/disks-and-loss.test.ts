import { describe, expect, it } from "vitest";
import type { Cluster, NodeState } from "../src/core/cluster.js";
import type { HarmName } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { diskFull } from "./disk-full.js";
import { diskSlow } from "./disk-slow.js";
import { kill } from "./kill.js";
import { names, situation } from "./five-nodes.fixture.js";
import { packetLoss } from "./packet-loss.js";
import { pause } from "./pause.js";

function under(...harms: HarmName[]): Partial<NodeState> {
  return { harms };
}

function choices<Spec extends FaultSpec>(nemesis: Nemesis<Spec>, at: Situation): Spec[] {
  return Array.from({ length: 300 }, (_, seed) => nemesis.choose(at, seededRandom(seed))).filter(
    (spec) => spec !== undefined,
  );
}

/** A cluster that is told what to do to whom, and what it was told. */
function listening(): { cluster: Cluster; told: [HarmName, string, string, unknown?][] } {
  const told: [HarmName, string, string, unknown?][] = [];
  const seen = { holds: true, evidence: "seen" };
  const cluster: Cluster = {
    ...fakeCluster({ nodes: names, clock: virtualClock() }),
    harm: (name) => ({
      inflict: (node, how) => tell([name, "inflict", node, how]),
      remedy: (node) => tell([name, "remedy", node]),
      probeInForce: (node) => tell([name, "in force", node]).then(() => seen),
      probeOver: (node) => tell([name, "over", node]).then(() => seen),
    }),
  };
  const tell = (what: (typeof told)[number]) => {
    told.push(what);
    return Promise.resolve();
  };
  return { cluster, told };
}

async function allSteps<Spec extends FaultSpec>(nemesis: Nemesis<Spec>, spec: Spec) {
  const { cluster, told } = listening();
  await nemesis.inject(cluster, spec);
  await nemesis.proveInForce(cluster, spec);
  await nemesis.heal(cluster, spec);
  await nemesis.proveOver(cluster, spec);
  return told;
}

describe("disk-full", () => {
  const specs = choices(diskFull, situation());
  const full = specs.filter((spec) => spec.way === "file-system");
  const alarms = specs.filter((spec) => spec.way === "alarm");

  it("fills disks more often than it raises the alarm", () => {
    expect(specs).toHaveLength(300);
    expect(alarms.length).toBeGreaterThan(50);
    expect(full.length).toBeGreaterThan(alarms.length);
    const targets = ["all", "followers", "leader", "majority", "minority", "one"];
    expect([...new Set(full.map(({ target }) => target))].sort()).toEqual(targets);
  });

  it("lets etcd end where it has no block left, and not for the sake of an alarm", () => {
    expect(new Set(full.map(({ mayEndNodes }) => mayEndNodes))).toEqual(new Set([true]));
    expect(new Set(alarms.map(({ mayEndNodes }) => mayEndNodes))).toEqual(new Set([undefined]));
  });

  it("does an alarm to the whole cluster, for one member and a short time", () => {
    expect(new Set(alarms.map(({ member }) => member))).toEqual(new Set(names));
    for (const { nodes, holdMs } of alarms) {
      expect(nodes).toEqual(names);
      expect(holdMs).toBeGreaterThanOrEqual(500);
      expect(holdMs).toBeLessThanOrEqual(2_000);
    }
  });

  it("raises no alarm without a majority, which it would take to disarm it", () => {
    const down = { process: "killed" } as const;
    expect(choices(diskFull, situation({ n1: down, n2: down, n3: down }))).not.toContainEqual(
      expect.objectContaining({ way: "alarm" }),
    );
  });

  it("raises an alarm that was left once more, so that it is disarmed", () => {
    const left = choices(diskFull, situation({ n4: under("no-space-alarm") }));
    const members = left.flatMap((spec) => (spec.way === "alarm" ? [spec.member] : []));
    expect(new Set(members)).toEqual(new Set(["n4"]));
  });

  it("goes all its steps on each node whose disk it fills", async () => {
    const spec = full.find(({ target }) => target === "minority");
    const [a = "", b = ""] = spec?.nodes ?? [];
    expect(spec && (await allSteps(diskFull, spec))).toEqual([
      ["disk-full", "inflict", a, {}],
      ["disk-full", "inflict", b, {}],
      ...["in force", "remedy", "over"].flatMap((step) => [
        ["disk-full", step, a],
        ["disk-full", step, b],
      ]),
    ]);
  });

  it("goes all its steps on the member whose alarm it raises", async () => {
    const spec = alarms.find(({ member }) => member === "n3");
    expect(spec && (await allSteps(diskFull, spec))).toEqual([
      ["no-space-alarm", "inflict", "n3", {}],
      ["no-space-alarm", "in force", "n3"],
      ["no-space-alarm", "remedy", "n3"],
      ["no-space-alarm", "over", "n3"],
    ]);
  });
});

describe("disk-slow", () => {
  const specs = choices(diskSlow, situation());

  it("slows the leader, some or all, and stays below an election timeout", () => {
    expect(specs).toHaveLength(300);
    for (const { target, nodes, how } of specs) {
      if (target === "leader") expect(nodes).toEqual(["n2"]);
      if (target === "all") expect(nodes).toEqual(names);
      expect(how.stallMs + how.openMs).toBeLessThan(500);
    }
    expect(new Set(specs.map(({ target }) => target))).toEqual(new Set(["leader", "some", "all"]));
    expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  it("takes nodes that run and whose disk is not slow already", () => {
    const at = situation({ n1: under("disk-slow"), n2: { process: "stalled" } });
    const taken = choices(diskSlow, at);
    expect(new Set(taken.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n3", "n4", "n5"]));
    const slow = under("disk-slow");
    expect(choices(diskSlow, situation(Object.fromEntries(names.map((n) => [n, slow]))))).toEqual(
      [],
    );
  });

  it("has others leave a node with a slow disk alone, and counts it as one that works", () => {
    const slow = under("disk-slow");
    const killed = choices(kill, situation({ n1: slow, n2: slow }));
    expect(new Set(killed.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n3", "n4", "n5"]));
    expect(new Set(killed.map(({ target }) => target))).toEqual(new Set(["one", "minority"]));
    const allButOne = situation({ n1: slow, n2: slow, n3: slow, n4: slow });
    expect(choices(kill, allButOne).map(({ nodes }) => nodes.join())).toContain("n5");
    expect(new Set(choices(kill, allButOne).map(({ target }) => target))).toEqual(new Set(["one"]));
  });

  it("goes all its steps on each node", async () => {
    const how = { stallMs: 50, openMs: 5 };
    const spec = { nemesis: "disk-slow", target: "some", nodes: ["n1"], description: "", how };
    expect(await allSteps(diskSlow, spec as (typeof specs)[number])).toEqual([
      ["disk-slow", "inflict", "n1", how],
      ["disk-slow", "in force", "n1"],
      ["disk-slow", "remedy", "n1"],
      ["disk-slow", "over", "n1"],
    ]);
  });
});

describe("packet-loss", () => {
  const specs = choices(packetLoss, situation());

  it("loses packets around a node, around the leader and between all nodes", () => {
    expect(specs).toHaveLength(300);
    for (const { kind, nodes, losses, share } of specs) {
      expect(share).toBeGreaterThanOrEqual(0.05);
      expect(share).toBeLessThanOrEqual(0.5);
      // Every node has a part in it: those at which packets arrive, from one or from all.
      expect(losses.map(({ at }) => at).sort()).toEqual(names);
      for (const { at, from } of losses) expect(from).not.toContain(at);
      const links = losses.reduce((sum, { from }) => sum + from.length, 0);
      expect(links).toBe(kind === "all" ? 20 : 8);
      expect(nodes).toHaveLength(kind === "all" ? 5 : 1);
      if (kind === "leader") expect(nodes).toEqual(["n2"]);
    }
    expect(new Set(specs.map(({ kind }) => kind))).toEqual(new Set(["one", "leader", "all"]));
  });

  it("waits where a node can carry no rules, and is not put over another loss", () => {
    expect(choices(packetLoss, situation({ n5: { process: "frozen" } }))).toEqual([]);
    expect(choices(packetLoss, situation({ n5: under("packet-loss") }))).toEqual([]);
  });

  it("waits where a cut leaves nothing to lose, unless it keeps clients away alone", () => {
    const cut = [{ from: "n4", to: "n5" }];
    const between = choices(packetLoss, situation({ n4: { cut }, n5: { cut } }));
    expect(between.filter(({ kind }) => kind === "all")).toEqual([]);
    for (const { losses } of between) {
      expect(losses).not.toContainEqual(
        expect.objectContaining({ at: "n5", from: expect.arrayContaining(["n4"]) as unknown }),
      );
    }
    const clients = [{ from: "clients", to: "n5" }];
    expect(choices(packetLoss, situation({ n5: { cut: clients } }))).toHaveLength(300);
  });

  it("cannot lose what one node sends itself", () => {
    expect(choices(packetLoss, { ...situation(), nodes: ["n1"], leader: "n1" })).toEqual([]);
    expect(packetLoss.minNodes).toBe(2);
  });

  it("keeps nodes that carry its rules from being frozen", () => {
    const loss = under("packet-loss");
    const specs = choices(pause, situation(Object.fromEntries(names.map((n) => [n, loss]))));
    expect(new Set(specs.map(({ method }) => method))).toEqual(new Set(["sigstop"]));
  });

  it("goes all its steps on each node that loses packets", async () => {
    const losses = [
      { at: "n1", from: ["n2"] },
      { at: "n2", from: ["n1"] },
    ];
    const spec = { nemesis: "packet-loss", kind: "one", nodes: ["n1"], share: 0.3, losses };
    const told = await allSteps(packetLoss, { ...spec, description: "" } as (typeof specs)[number]);
    expect(told).toEqual([
      ["packet-loss", "inflict", "n1", { from: ["n2"], share: 0.3 }],
      ["packet-loss", "inflict", "n2", { from: ["n1"], share: 0.3 }],
      ...["in force", "remedy", "over"].flatMap((step) => [
        ["packet-loss", step, "n1"],
        ["packet-loss", step, "n2"],
      ]),
    ]);
  });
});
