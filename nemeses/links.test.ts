import { describe, expect, it } from "vitest";
import type { Cluster, NodeState } from "../src/core/cluster.js";
import type { HeldLinks } from "../src/core/harms.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { holdLinks } from "./hold-links.js";
import { slowNetwork } from "./slow-network.js";
import { chooseTargets, seesMajority } from "./targets.js";

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

function situation(count: number, states: Readonly<Record<string, Partial<NodeState>>> = {}) {
  const at: Situation = {
    nodes: Array.from({ length: count }, (_, index) => `n${index + 1}`),
    leader: "n1",
    capabilities: new Set(),
    state: (node) => ({ process: "running", cut: [], ...states[node] }),
  };
  return at;
}

/** Keeps what is done to it; holding fails with the failure. n1 hears none of these. */
function heldCluster({
  failure,
  silent = ["n2", "n3"],
}: { readonly failure?: Error; readonly silent?: readonly string[] } = {}) {
  const deeds: unknown[] = [];
  const cluster = {
    state: () => ({
      process: "running",
      cut: [],
      held: silent.map((from) => ({ from, to: "n1" })),
    }),
    harm: () => ({
      inflict: async (node: string, how: HeldLinks) => {
        await Promise.resolve();
        if (failure) throw failure;
        deeds.push(["inflict", node, how]);
      },
      remedy: async (node: string) => {
        await Promise.resolve();
        deeds.push(["remedy", node]);
      },
    }),
    sleep: async (ms: number) => {
      await Promise.resolve();
      deeds.push(["sleep", ms]);
    },
  };
  return { cluster: cluster as unknown as Cluster, deeds };
}

const heldIn = (at: Situation) =>
  seeds.flatMap((seed) => holdLinks.choose(at, seededRandom(seed)) ?? []);
const slowIn = (at: Situation) =>
  seeds.flatMap((seed) => slowNetwork.choose(at, seededRandom(seed)) ?? []);

const between = [
  { from: "n1", to: "n2" },
  { from: "n2", to: "n1" },
];
/** What makes it senseless or impossible to do anything to what n1 and n2 say to each other. */
const obstacles: [string, Record<string, Partial<NodeState>>][] = [
  ["one of them is frozen", { n2: { process: "frozen" } }],
  [
    "it is cut one way",
    Object.fromEntries(["n1", "n2"].map((n) => [n, { cut: between.slice(1) }])),
  ],
  ["it is held already", Object.fromEntries(["n1", "n2"].map((n) => [n, { held: between }]))],
];

describe("hold-links", () => {
  it("knows all kinds, most often what reaches the leader", () => {
    const counts = new Map<string, number>();
    for (const { kind } of heldIn(situation(3))) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const [most] = [...counts].sort(([, a], [, b]) => b - a).map(([kind]) => kind);
    expect([...counts.keys()].sort()).toEqual([
      ...["both-ways", "from-leader", "one-way", "to-leader", "to-one"],
    ]);
    expect(most).toBe("to-leader");
  });

  it("holds all that reaches the leader, and nothing that it says", () => {
    for (const { kind, nodes, links } of heldIn(situation(5))) {
      if (kind !== "to-leader") continue;
      expect(nodes).toEqual(["n1"]);
      expect(links).toEqual(["n2", "n3", "n4", "n5"].map((from) => ({ from, to: "n1" })));
    }
  });

  it("lets go before an election, while its connections last, and after", () => {
    const durations = heldIn(situation(3)).map(({ holdMs }) => holdMs);
    expect(Math.min(...durations)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...durations)).toBeLessThanOrEqual(10_000);
    const short = durations.filter((ms) => ms < 1_000).length;
    const middle = durations.filter((ms) => ms >= 1_000 && ms < 5_000).length;
    expect(short).toBeGreaterThan(durations.length / 5);
    expect(middle).toBeGreaterThan(durations.length / 2);
    expect(short + middle).toBeLessThan(durations.length);
  });

  it("lets some of what a leader is to hear go in turn, sender by sender", () => {
    const toLeader = heldIn(situation(3)).filter(({ kind }) => kind === "to-leader");
    const turns = toLeader.flatMap(({ inTurn }) => inTurn ?? []);
    expect(turns.length).toBeGreaterThan(toLeader.length / 3);
    expect(turns.length).toBeLessThan((toLeader.length * 2) / 3);
    expect(new Set(turns.map(({ senders }) => senders.join()))).toEqual(
      new Set(["n2,n3", "n3,n2"]),
    );
    for (const { firstMs, gapMs } of turns) {
      expect(firstMs).toBeGreaterThanOrEqual(550);
      expect(firstMs).toBeLessThanOrEqual(1_000);
      expect(gapMs).toBeGreaterThanOrEqual(10);
      expect(gapMs).toBeLessThanOrEqual(60);
    }
    const others = heldIn(situation(3)).filter(({ kind }) => kind !== "to-leader");
    expect(others.filter(({ inTurn }) => inTurn)).toEqual([]);
  });

  it("heals in turn: what came first of each sender, then all", async () => {
    const [spec] = heldIn(situation(3)).filter(({ inTurn }) => inTurn?.senders[0] === "n3");
    if (!spec?.inTurn) throw new Error("there is none such");
    const { firstMs, gapMs } = spec.inTurn;
    const { cluster, deeds } = heldCluster();
    await holdLinks.heal(cluster, spec);
    expect(deeds).toEqual([
      ["inflict", "n1", { from: ["n3"], letGoFirstMs: firstMs }],
      ["sleep", gapMs],
      ["inflict", "n1", { from: ["n2"], letGoFirstMs: firstMs }],
      ["sleep", gapMs],
      ["remedy", "n1"],
    ]);
  });

  it("has no turns where nothing is held any more", async () => {
    const [spec] = heldIn(situation(3)).filter(({ inTurn }) => inTurn);
    if (!spec) throw new Error("there is none such");
    const { cluster, deeds } = heldCluster({ silent: [] });
    await holdLinks.heal(cluster, spec);
    expect(deeds).toEqual([["remedy", "n1"]]);
  });

  it("lets go of all though one sender's turn fails", async () => {
    const [spec] = heldIn(situation(3)).filter(({ inTurn }) => inTurn);
    if (!spec) throw new Error("there is none such");
    const { cluster, deeds } = heldCluster({ failure: new Error("nothing is held") });
    await expect(holdLinks.heal(cluster, spec)).rejects.toThrow("nothing is held");
    expect(deeds).toEqual([["remedy", "n1"]]);
  });

  it("lets go the first part of what is held where a spec says so", async () => {
    const [spec] = heldIn(situation(3)).filter(({ kind }) => kind === "one-way");
    const [link] = spec?.links ?? [];
    if (!spec || !link) throw new Error("there is none such");
    const { cluster, deeds } = heldCluster();
    await holdLinks.inject(cluster, spec);
    await holdLinks.inject(cluster, { ...spec, letGoFirstMs: 700 });
    expect(deeds).toEqual([
      ["inflict", link.to, { from: [link.from] }],
      ["inflict", link.to, { from: [link.from], letGoFirstMs: 700 }],
    ]);
  });

  it("may hold what a paused leader is to hear", () => {
    const specs = heldIn(situation(3, { n1: { process: "paused" } }));
    expect(specs.some(({ kind }) => kind === "to-leader")).toBe(true);
  });

  it.each(obstacles)("leaves the link alone where %s", (_, states) => {
    const specs = heldIn(situation(3, states));
    expect(specs.length).toBeGreaterThan(0);
    for (const { links } of specs) {
      expect(links).not.toContainEqual({ from: "n1", to: "n2" });
      expect(links).not.toContainEqual({ from: "n2", to: "n1" });
    }
  });

  it("takes who hears nobody out of the game, so that a pause takes that one and spares the rest", () => {
    const held = ["n2", "n3"].map((from) => ({ from, to: "n1" }));
    const at = situation(3, {
      n1: { held },
      n2: { held: held.slice(0, 1) },
      n3: { held: held.slice(1) },
    });
    expect(at.nodes.map((node) => seesMajority(at, node))).toEqual([false, true, true]);
    const targets = seeds.flatMap((seed) => chooseTargets(at, seededRandom(seed))?.nodes ?? []);
    expect(new Set(targets)).toEqual(new Set(["n1"]));
  });
});

describe("slow-network", () => {
  it("delays by 5 to 500 ms, with up to as much again, small delays as often as large ones", () => {
    const delays = slowIn(situation(3)).map(({ how }) => how);
    for (const { delayMs, jitterMs } of delays) {
      expect(delayMs).toBeGreaterThanOrEqual(5);
      expect(delayMs).toBeLessThanOrEqual(500);
      expect(jitterMs).toBeLessThanOrEqual(delayMs);
    }
    const small = delays.filter(({ delayMs }) => delayMs < 50).length;
    expect(small).toBeGreaterThan(delays.length / 3);
    expect(small).toBeLessThan((delays.length * 2) / 3);
  });

  it("limits what some send, to 64 kbit to 2 Mbit a second", () => {
    const limits = slowIn(situation(3)).flatMap(({ how }) => how.kbitPerSecond ?? []);
    expect(limits.length).toBeGreaterThan(50);
    expect(limits.length).toBeLessThan(seeds.length / 2);
    expect(Math.min(...limits)).toBeGreaterThanOrEqual(64);
    expect(Math.max(...limits)).toBeLessThanOrEqual(2_048);
  });

  it("hits any number of nodes, and the leader alone more often than another", () => {
    const specs = slowIn(situation(3));
    expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 2, 3]));
    const single = specs.filter(({ nodes }) => nodes.length === 1);
    const leader = single.filter(({ nodes }) => nodes[0] === "n1");
    expect(leader.length).toBeGreaterThan(single.length / 2);
  });

  it.each(obstacles)("leaves the link alone where %s", (_, states) => {
    const specs = slowIn(situation(3, states));
    expect(specs.length).toBeGreaterThan(0);
    for (const { senders } of specs) {
      expect(senders.n1 ?? []).not.toContain("n2");
      expect(senders.n2 ?? []).not.toContain("n1");
    }
  });
});

it("neither finds anything to do in a cluster of one", () => {
  expect([...heldIn(situation(1)), ...slowIn(situation(1))]).toEqual([]);
});
