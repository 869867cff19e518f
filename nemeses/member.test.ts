import { describe, expect, it } from "vitest";
import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { member } from "./member.js";

const healthy: NodeState = { process: "running", cut: [] };
const removed: NodeState = { process: "killed", cut: [], harms: ["membership"] };

/** Healthy but for these. */
function situation(count: number, states: Readonly<Record<string, NodeState>> = {}): Situation {
  return {
    nodes: Array.from({ length: count }, (_, index) => `n${index + 1}`),
    leader: "n1",
    state: (node) => states[node] ?? healthy,
    capabilities: new Set(["membership"]),
  };
}

function choices(at: Situation) {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  return seeds.map((seed) => member.choose(at, seededRandom(seed)));
}

function cutOff(node: string, others: readonly string[]): Readonly<Record<string, NodeState>> {
  const cut = others.flatMap((other) => [
    { from: node, to: other },
    { from: other, to: node },
  ]);
  return Object.fromEntries(
    [node, ...others].map((name) => [
      name,
      { ...healthy, cut: cut.filter(({ from, to }) => from === name || to === name) },
    ]),
  );
}

describe("member", () => {
  it("removes any one node, the leader more often, and takes it back either way", () => {
    const chosen = choices(situation(5)).flatMap((spec) => spec ?? []);
    expect(chosen).toHaveLength(200);
    const nodes = chosen.map((spec) => spec.nodes.join());
    expect(new Set(nodes)).toEqual(new Set(["n1", "n2", "n3", "n4", "n5"]));
    expect(nodes.filter((node) => node === "n1").length).toBeGreaterThan(200 / 4);
    // Its new member may not end, whatever it says.
    expect(new Set(chosen.map(({ mayEndNodes }) => mayEndNodes))).toEqual(new Set([undefined]));
    const ways = new Set(chosen.map(({ comesBackAsLearner }) => comesBackAsLearner));
    expect(ways).toEqual(new Set([true, false]));
  });

  it("never removes a second one, nor one that the others need, nor one that is harmed", () => {
    const down: NodeState = { ...healthy, process: "killed" };
    expect(choices(situation(5, { n4: removed }))).toEqual(Array(200).fill(undefined));
    expect(choices(situation(5, { n4: down, n5: down }))).toEqual(Array(200).fill(undefined));
    const nodes = choices(situation(5, { n4: down })).flatMap((spec) => spec?.nodes ?? []);
    expect(new Set(nodes)).toEqual(new Set(["n1", "n2", "n3", "n5"]));
  });

  it("takes one of three only where nothing is wrong with any of them", () => {
    expect(choices(situation(3))).not.toContain(undefined);
    const wrong: readonly NodeState[] = [
      { ...healthy, clock: "wrong" },
      { ...healthy, harms: ["disk-slow"] },
      { ...healthy, process: "paused" },
    ];
    for (const n3 of wrong) {
      expect(choices(situation(3, { n3 }))).toEqual(Array(200).fill(undefined));
    }
  });

  it("leaves clusters of one and two alone", () => {
    expect(member.minNodes).toBe(3);
    expect(choices(situation(1))).toEqual(Array(200).fill(undefined));
  });

  it("waits with its remedy while the others could not take the node in", () => {
    const [spec] = choices(situation(5));
    const fault = { ...spec, nodes: ["n5"] } as NonNullable<typeof spec>;
    const canBeHealed = (states: Readonly<Record<string, NodeState>>) =>
      member.canBeHealed?.(situation(5, { n5: removed, ...states }), fault);
    expect(canBeHealed({})).toBe(true);
    expect(canBeHealed({ n1: { ...healthy, process: "killed" } })).toBe(true);
    expect(canBeHealed({ n1: { ...healthy, process: "paused" } })).toBe(false);
    expect(canBeHealed(cutOff("n1", ["n2", "n3", "n4"]))).toBe(false);
    expect(canBeHealed({ n5: { ...removed, cut: [{ from: "n1", to: "n5" }] } })).toBe(false);
    const down: NodeState = { ...healthy, process: "killed" };
    expect(canBeHealed({ n1: down, n2: down })).toBe(false);
  });
});
