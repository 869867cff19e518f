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

  it("takes one node, a minority, a majority and the leader, a majority least often", () => {
    const counts = new Map<string, number>();
    for (const spec of choicesOf((seed) => nemesis.choose(healthy(5, "n4"), seededRandom(seed)))) {
      counts.set(spec.target, (counts.get(spec.target) ?? 0) + 1);
      expect(spec.nodes.length).toBe({ one: 1, leader: 1, minority: 2, majority: 3 }[spec.target]);
      if (spec.target === "leader") expect(spec.nodes).toEqual(["n4"]);
    }
    const rarest = [...counts].sort(([, a], [, b]) => a - b).map(([kind]) => kind);
    expect(rarest).toHaveLength(4);
    expect(rarest[0]).toBe("majority");
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
        if (!spec || spec.target === "majority" || before.length < majority) return;
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
    expect(kindsOf(5)).toEqual(new Set(["one", "leader", "halves", "ring", "one-way"]));
    expect(kindsOf(3)).toEqual(new Set(["one", "leader", "one-way"]));
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
    for (const spec of partitionsOf(5, "n3").filter(({ kind }) => kind !== "ring")) {
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
