import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClockSkew, Link, NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { nemeses } from "./index.js";
import { clock } from "./clock.js";
import { diskStall } from "./disk-stall.js";
import { kill } from "./kill.js";
import { type PartitionSpec, partition } from "./partition.js";
import { pause } from "./pause.js";
import { powerFailure } from "./power-failure.js";
import { snapshotCatchUp } from "./snapshot-catch-up.js";
import { seesMajority } from "./targets.js";

const processes = ["running", "paused", "frozen", "killed"] as const;

/** Clusters of every size in every state, with cuts in force. */
const situations = fc
  .constantFrom(1, 3, 5, 7)
  .chain((count) =>
    fc.record({
      states: fc.array(fc.constantFrom(...processes), { minLength: count, maxLength: count }),
      leader: fc.option(fc.nat(count - 1), { nil: undefined }),
      cut: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 6 }),
    }),
  )
  .map(({ states, leader, cut }) => {
    const links = cut.map(([from, to]) => ({ from: nameOf(from), to: nameOf(to) }));
    return situation(states, { ...(leader !== undefined && { leader: nameOf(leader) }), links });
  });

function situation(
  states: readonly NodeState["process"][],
  { leader, links = [] }: { leader?: string; links?: readonly Link[] } = {},
): Situation {
  const nodes = states.map((_, index) => nameOf(index));
  return {
    nodes,
    leader,
    capabilities: new Set(),
    state: (node) => ({
      process: states[nodes.indexOf(node)] ?? "running",
      cut: links.filter(({ from, to }) => from === node || to === node),
    }),
  };
}

const healthy = (count: number, leader?: string) =>
  situation(Array<NodeState["process"]>(count).fill("running"), leader ? { leader } : {});

function nameOf(index: number): string {
  return `n${index + 1}`;
}

const manySeeds = Array.from({ length: 400 }, (_, seed) => seed);

/** What a nemesis chooses on a healthy cluster, over many seeds. */
function choicesOf<Spec>(choose: (seed: number) => Spec | undefined): Spec[] {
  return manySeeds.map(choose).filter((spec) => spec !== undefined);
}

const partitionsOf = (count: number, leader?: string) =>
  choicesOf((seed) => partition.choose(healthy(count, leader), seededRandom(seed)));

/** The nodes that a node still hears, itself among them. */
function heardBy(node: string, nodes: readonly string[], { links }: PartitionSpec): string[] {
  return nodes.filter(
    (other) => other === node || !links.some(({ from, to }) => from === other && to === node),
  );
}

describe.each(Object.values(nemeses))("$name", (nemesis) => {
  it("makes the same choice for the same seed and situation", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const [one, other] = [1, 2].map(() => nemesis.choose(at, seededRandom(seed)));
        expect(one).toEqual(other);
      }),
    );
  });

  it("chooses plain JSON that names itself, existing nodes and a sentence", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const spec = nemesis.choose(at, seededRandom(seed));
        if (!spec) return;
        expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
        expect(spec.nemesis).toBe(nemesis.name);
        expect(spec.nodes.length).toBeGreaterThan(0);
        expect(at.nodes).toEqual(expect.arrayContaining([...spec.nodes]));
        expect(spec.description).toMatch(/^(each node|n\d)/);
      }),
    );
  });
});

describe.each([kill, pause, powerFailure, diskStall])("$name", (nemesis) => {
  it("harms running nodes alone", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const spec = nemesis.choose(at, seededRandom(seed));
        for (const node of spec?.nodes ?? []) expect(at.state(node).process).toBe("running");
      }),
    );
  });

  it("takes nodes of each kind, and stops a majority seldom", () => {
    const counts = new Map<string, number>();
    const sizes = { one: 1, leader: 1, minority: 2, majority: 3, followers: 4, all: 5 };
    for (const spec of choicesOf((seed) => nemesis.choose(healthy(5, "n4"), seededRandom(seed)))) {
      counts.set(spec.target, (counts.get(spec.target) ?? 0) + 1);
      expect(spec.nodes.length).toBe(sizes[spec.target]);
      if (spec.target === "leader") expect(spec.nodes).toEqual(["n4"]);
      if (spec.target === "followers") expect(spec.nodes).not.toContain("n4");
    }
    const hitsAll = [kill, powerFailure].some((one) => one.name === nemesis.name);
    const expected = hitsAll ? Object.keys(sizes) : Object.keys(sizes).filter((k) => k !== "all");
    expect([...counts.keys()].sort()).toEqual([...expected].sort());
    const rare = [...counts].filter(([kind]) => sizes[kind as keyof typeof sizes] > 2);
    const often = [...counts].filter(([kind]) => sizes[kind as keyof typeof sizes] <= 2);
    const most = Math.max(...rare.map(([, count]) => count));
    expect(most).toBeLessThan(Math.min(...often.map(([, count]) => count)) / 2);
  });

  it("knows no followers where nobody leads, and stops all only of more than one", () => {
    const without = choicesOf((seed) => nemesis.choose(healthy(3), seededRandom(seed)));
    expect(without.map(({ target }) => target)).not.toContain("followers");
    const single = choicesOf((seed) => nemesis.choose(healthy(1, "n1"), seededRandom(seed)));
    expect(new Set(single.map(({ target }) => target))).toEqual(new Set(["one", "leader"]));
  });

  it("does not stop a majority, on purpose or by adding up, while something is down", () => {
    const at = situation(["killed", "running", "running", "running", "running"], { leader: "n2" });
    const specs = choicesOf((seed) => nemesis.choose(at, seededRandom(seed)));
    expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1]));
  });

  it("finds a target wherever nothing is wrong yet", () => {
    for (const count of [1, 3, 5, 7]) {
      const specs = choicesOf((seed) => nemesis.choose(healthy(count, "n1"), seededRandom(seed)));
      expect(specs).toHaveLength(manySeeds.length);
    }
  });

  it("leaves a majority at work where there is one, unless it stops one on purpose", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        fc.pre(at.nodes.length > 1);
        const majority = Math.floor(at.nodes.length / 2) + 1;
        const before = at.nodes.filter((node) => seesMajority(at, node));
        const spec = nemesis.choose(at, seededRandom(seed));
        const onPurpose = ["majority", "followers", "all"];
        if (!spec || onPurpose.includes(spec.target) || before.length < majority) return;
        const left = before.filter((node) => !spec.nodes.includes(node));
        expect(left.length).toBeGreaterThanOrEqual(majority);
      }),
    );
  });

  it("still harms what is out of the game already where no other may be", () => {
    const links = ["n2", "n3"].flatMap((other) => [
      { from: "n1", to: other },
      { from: other, to: "n1" },
    ]);
    const at = situation(["running", "running", "running"], { links });
    const specs = choicesOf((seed) => nemesis.choose(at, seededRandom(seed)));
    expect(new Set(specs.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n1"]));
  });

  it("waits where one more would be one too many", () => {
    const at = situation(["paused", "running", "running"]);
    expect(choicesOf((seed) => nemesis.choose(at, seededRandom(seed)))).toEqual([]);
  });

  it("takes any node where the leader is unknown or not running", () => {
    const without = situation(["paused", "running", "running", "running", "running"], {
      leader: "n1",
    });
    for (const at of [healthy(3), without]) {
      const specs = choicesOf((seed) => nemesis.choose(at, seededRandom(seed)));
      expect(specs.every(({ target }) => target !== "leader")).toBe(true);
      expect(specs).toHaveLength(manySeeds.length);
    }
  });

  it("works on a single node", () => {
    const spec = nemesis.choose(healthy(1, "n1"), seededRandom(1));
    expect(spec?.nodes).toEqual(["n1"]);
  });
});

describe("pause", () => {
  it("never freezes a node that carries the rules of a cut", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const spec = pause.choose(at, seededRandom(seed));
        if (spec?.method !== "freezer") return;
        for (const node of spec.nodes) {
          expect(at.state(node).cut.filter(({ to }) => to === node)).toEqual([]);
        }
      }),
    );
  });

  it("never freezes a node whose clock is wrong", () => {
    const at = healthy(5, "n1");
    const skewed: Situation = { ...at, state: (node) => ({ ...at.state(node), clock: "wrong" }) };
    const specs = choicesOf((seed) => pause.choose(skewed, seededRandom(seed)));
    expect(new Set(specs.map(({ method }) => method))).toEqual(new Set(["sigstop"]));
  });

  it("lets a leader go on soon, sometimes: after one to four election timeouts", () => {
    const specs = choicesOf((seed) => pause.choose(healthy(5, "n2"), seededRandom(seed)));
    const short = specs.filter(({ holdMs }) => holdMs !== undefined);
    expect(short.length).toBeGreaterThan(manySeeds.length / 10);
    for (const { target, holdMs } of short) {
      expect(target).toBe("leader");
      expect(holdMs).toBeGreaterThanOrEqual(1_500);
      expect(holdMs).toBeLessThanOrEqual(4_000);
    }
    const long = specs.filter(({ target, holdMs }) => target === "leader" && holdMs === undefined);
    expect(long.length).toBeGreaterThan(0);
    const alone = choicesOf((seed) => pause.choose(healthy(1, "n1"), seededRandom(seed)));
    expect(alone.filter(({ holdMs }) => holdMs !== undefined)).toEqual([]);
  });

  it("uses both ways to pause", () => {
    const specs = choicesOf((seed) => pause.choose(healthy(5, "n1"), seededRandom(seed)));
    expect(new Set(specs.map(({ method }) => method))).toEqual(new Set(["sigstop", "freezer"]));
  });
});

describe("partition", () => {
  it("is never chosen where a node that must carry rules is frozen", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const spec = partition.choose(at, seededRandom(seed));
        for (const { to } of spec?.links ?? []) expect(at.state(to).process).not.toBe("frozen");
      }),
    );
  });

  it("has no node cut off from itself and no link twice", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const { links } = partition.choose(at, seededRandom(seed)) ?? { links: [] };
        expect(links.filter(({ from, to }) => from === to)).toEqual([]);
        expect(new Set(links.map(({ from, to }) => `${from} ${to}`)).size).toBe(links.length);
      }),
    );
  });

  it("cannot cut a cluster of one, and says so", () => {
    expect(partitionsOf(1, "n1")).toEqual([]);
    expect(partition.minNodes).toBe(2);
  });

  it("knows all kinds where there are five nodes, and fewer where there are three", () => {
    const kindsOf = (count: number) => new Set(partitionsOf(count, "n1").map(({ kind }) => kind));
    const everywhere = ["one", "leader", "one-way", "clients"];
    expect(kindsOf(5)).toEqual(new Set([...everywhere, "bridge", "halves", "ring"]));
    expect(kindsOf(3)).toEqual(new Set([...everywhere, "bridge"]));
    expect(kindsOf(2)).toEqual(new Set(everywhere));
  });

  it.each([3, 5, 7])("has one of %i nodes stand between two halves", (count) => {
    const { nodes } = healthy(count);
    const bridges = partitionsOf(count).filter(({ kind }) => kind === "bridge");
    expect(bridges.length).toBeGreaterThan(0);
    for (const spec of bridges) {
      const views = nodes.map((node) => heardBy(node, nodes, spec));
      const sizes = views.map((view) => view.length).sort((a, b) => a - b);
      const half = (count + 1) / 2;
      expect(sizes).toEqual([...Array<number>(count - 1).fill(half), count]);
      expect(new Set(views.map((view) => view.join())).size).toBe(3);
    }
  });

  it("keeps clients from some nodes, a majority at most, and no member from another", () => {
    const specs = partitionsOf(5).filter(({ kind }) => kind === "clients");
    for (const { nodes, links } of specs) {
      expect(links).toEqual(nodes.map((to) => ({ from: "clients", to })));
    }
    expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 2, 3]));
  });

  it("counts a node that clients alone do not reach as one at work", () => {
    const at = situation(["running", "running", "running"], {
      links: [{ from: "clients", to: "n1" }],
    });
    for (const node of at.nodes) expect(seesMajority(at, node)).toBe(true);
  });

  it("comes and goes some times, if it flaps, and stays then", async () => {
    const flapping = partitionsOf(5, "n1").filter(({ flaps }) => flaps !== undefined);
    expect(flapping.length).toBeGreaterThan(manySeeds.length / 12);
    expect(flapping.length).toBeLessThan(manySeeds.length / 3);
    const [spec] = flapping;
    if (!spec) throw new Error("none flaps");
    const cluster = fakeCluster({ nodes: healthy(5).nodes, clock: virtualClock() });
    await partition.inject(cluster, spec);
    const once = [`cut ${spec.cut}`, `mend ${spec.cut}`];
    const times = spec.flaps?.times ?? 0;
    expect(times).toBeGreaterThanOrEqual(2);
    expect(cluster.deeds).toEqual([
      ...Array<readonly string[]>(times).fill(once).flat(),
      `cut ${spec.cut}`,
    ]);
  });

  it.each([5, 7])("gives each of %i nodes in a ring a majority, and no two the same", (count) => {
    const { nodes } = healthy(count);
    const rings = partitionsOf(count).filter(({ kind }) => kind === "ring");
    expect(rings.length).toBeGreaterThan(0);
    for (const spec of rings) {
      const views = nodes.map((node) => heardBy(node, nodes, spec));
      for (const view of views) expect(view.length).toBeGreaterThan(count / 2);
      expect(new Set(views.map((view) => view.join())).size).toBe(count);
    }
  });

  it("leaves a majority together, whatever is cut off", () => {
    const { nodes } = healthy(5);
    const together = partitionsOf(5, "n3").filter(({ kind }) => !["ring", "bridge"].includes(kind));
    for (const spec of together.filter(({ kind }) => kind !== "clients")) {
      const rest = nodes.filter((node) => !spec.nodes.includes(node));
      expect(rest.length).toBeGreaterThanOrEqual(3);
      for (const node of rest) {
        expect(heardBy(node, nodes, spec)).toEqual(expect.arrayContaining(rest));
      }
    }
  });

  it("cuts the leader off from everybody, both ways", () => {
    for (const spec of partitionsOf(5, "n3").filter(({ kind }) => kind === "leader")) {
      expect(spec.nodes).toEqual(["n3"]);
      expect(spec.links).toHaveLength(8);
    }
  });

  it("makes a node deaf or mute, never both, when it cuts one way", () => {
    const specs = partitionsOf(5).filter(({ kind }) => kind === "one-way");
    const shapes = new Set(
      specs.map(({ nodes: [node], links }) => {
        const isDeaf = links.every(({ to }) => to === node);
        const isMute = links.every(({ from }) => from === node);
        expect(isDeaf).not.toBe(isMute);
        expect(links).toHaveLength(4);
        return isDeaf ? "deaf" : "mute";
      }),
    );
    expect(shapes).toEqual(new Set(["deaf", "mute"]));
  });
});

describe("snapshot-catch-up", () => {
  const chosenAt = (at: Situation) =>
    choicesOf((seed) => snapshotCatchUp.choose(at, seededRandom(seed)));

  it("leaves any follower behind, never the leader, in both ways", () => {
    const specs = chosenAt(healthy(3, "n2"));
    expect(specs).toHaveLength(manySeeds.length);
    expect(new Set(specs.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n1", "n3"]));
    expect(new Set(specs.map(({ restart }) => restart))).toEqual(
      new Set(["at-once", "one-by-one"]),
    );
  });

  it("waits for a whole cluster with a leader, of three nodes at least", () => {
    const links = [{ from: "n1", to: "n2" }];
    for (const at of [
      healthy(3),
      healthy(2, "n1"),
      situation(["running", "killed", "running", "running", "running"], { leader: "n1" }),
      situation(["running", "running", "running"], { leader: "n1", links }),
    ]) {
      expect(chosenAt(at)).toEqual([]);
    }
  });

  it("lets the node go on only with a leader that it can hear", () => {
    const [spec] = chosenAt(healthy(3, "n2"));
    if (!spec) throw new Error("nothing was chosen");
    const canGoOn = (at: Situation) => snapshotCatchUp.canBeHealed?.(at, spec);
    const [node = ""] = spec.nodes;
    expect(canGoOn(healthy(3, "n2"))).toBe(true);
    expect(canGoOn(healthy(3))).toBe(false);
    const links = [{ from: "n2", to: node }];
    const running = ["running", "running", "running"] as const;
    expect(canGoOn(situation(running, { leader: "n2", links }))).toBe(false);
  });
});

describe("clock", () => {
  const specs = choicesOf((seed) => clock.choose(healthy(5), seededRandom(seed)));

  it("always makes a jump that can be seen, by 10 ms to 100 s, either way", () => {
    for (const { skew } of specs) {
      expect(Math.abs(skew.jumpMs)).toBeGreaterThanOrEqual(10);
      expect(Math.abs(skew.jumpMs)).toBeLessThanOrEqual(100_000);
    }
    expect(new Set(specs.map(({ skew }) => Math.sign(skew.jumpMs)))).toEqual(new Set([-1, 1]));
  });

  it("hits any number of nodes, and clocks that run too fast, too slow and right", () => {
    expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(specs.map(({ skew }) => Math.sign(skew.rate - 1)))).toEqual(new Set([-1, 0, 1]));
  });

  it("lets some clocks swing, and touches none in a frozen container", () => {
    expect(new Set(specs.map(({ swings }) => swings))).toEqual(new Set([undefined, 5]));
    const at = situation(["frozen", "killed", "paused"]);
    const chosen = choicesOf((seed) => clock.choose(at, seededRandom(seed)));
    expect(new Set(chosen.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n2", "n3"]));
    const allFrozen = situation(["frozen", "frozen", "frozen"]);
    expect(choicesOf((seed) => clock.choose(allFrozen, seededRandom(seed)))).toEqual([]);
  });

  it("has a clock that swings go there and back before it stays", async () => {
    const cluster = fakeCluster({ nodes: ["n1"], clock: virtualClock() });
    const skew = { jumpMs: -300, rate: 2 };
    const told: ClockSkew[] = [];
    const listening = {
      ...cluster,
      skewClock: (node: string, asked: ClockSkew) => {
        told.push(asked);
        return cluster.skewClock(node, asked);
      },
    };
    const spec = { nemesis: "clock", nodes: ["n1"], description: "", skew, swings: 2 } as const;
    await clock.inject(listening, spec);
    const there = { jumpMs: -300, rate: 1 };
    const back = { jumpMs: 300, rate: 1 };
    expect(told).toEqual([there, back, there, back, skew]);
  });
});
