import { expect, it } from "vitest";
import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { admin, type AdminSpec } from "./admin.js";

const seeds = Array.from({ length: 300 }, (_, seed) => seed);

function choicesIn(changes: Partial<Situation>): AdminSpec[] {
  const situation: Situation = {
    nodes: ["n1", "n2", "n3"],
    leader: "n2",
    state: () => whole,
    capabilities: new Set(["admin"]),
    toleratesCompaction: true,
    ...changes,
  };
  return seeds.flatMap((seed) => admin.choose(situation, seededRandom(seed)) ?? []);
}

const whole: NodeState = { process: "running", cut: [] };
const killed: NodeState = { process: "killed", cut: [] };
const deedsOf = (specs: readonly AdminSpec[]) => new Set(specs.map(({ how }) => how.deed));

it("does all that operators do, and moves the leadership from the leader to another", () => {
  const specs = choicesIn({});
  expect(deedsOf(specs)).toEqual(
    new Set(["compact", "defragment", "move-leader", "snapshot", "list-alarms"]),
  );
  expect(new Set(specs.map(({ nodes }) => nodes.length))).toEqual(new Set([1, 3]));
  for (const { how, nodes, target } of specs) {
    if (how.deed !== "move-leader") continue;
    expect(nodes).toEqual(["n2"]);
    expect(target).toBe("leader");
    expect(["n1", "n3"]).toContain(how.to);
  }
});

it("never compacts behind the back of a workload that does not bear it", () => {
  const situation: Situation = {
    nodes: ["n1"],
    leader: "n1",
    state: () => whole,
    capabilities: new Set(["admin"]),
  };
  const specs = seeds.flatMap((seed) => admin.choose(situation, seededRandom(seed)) ?? []);
  expect(specs).toHaveLength(seeds.length);
  expect(deedsOf(specs)).toEqual(new Set(["defragment", "snapshot", "list-alarms"]));
});

it("asks a member without a majority only for what it can do by itself", () => {
  const specs = choicesIn({ state: (node) => (node === "n1" ? whole : killed) });
  expect(deedsOf(specs)).toEqual(new Set(["defragment", "snapshot"]));
  expect(new Set(specs.flatMap(({ nodes }) => nodes))).toEqual(new Set(["n1"]));
});

it("asks nothing of those that are stopped, and hands the leadership to no one that is cut off", () => {
  const links = [
    { from: "n1", to: "n3" },
    { from: "n3", to: "n1" },
  ];
  const specs = choicesIn({
    nodes: ["n1", "n2", "n3", "n4", "n5"],
    state: (node) => {
      if (node === "n4") return killed;
      return node === "n1" || node === "n3" ? { process: "running", cut: links } : whole;
    },
  });
  expect(specs.flatMap(({ nodes }) => nodes)).not.toContain("n4");
  const heirs = specs.flatMap(({ how }) => (how.deed === "move-leader" ? [how.to] : []));
  expect(new Set(heirs)).toEqual(new Set(["n5"]));
});
