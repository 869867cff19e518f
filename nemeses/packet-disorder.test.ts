import { describe, expect, it } from "vitest";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { packetDisorder, type PacketDisorderSpec } from "./packet-disorder.js";
import { names, situation } from "./five-nodes.fixture.js";
import { packetLoss } from "./packet-loss.js";

function choices(at: Situation): PacketDisorderSpec[] {
  const seeds = Array.from({ length: 300 }, (_, seed) => seed);
  return seeds
    .map((seed) => packetDisorder.choose(at, seededRandom(seed)))
    .filter((spec) => spec !== undefined);
}

describe("packet-disorder", () => {
  it("brings both ways of disorder around a node, around the leader and between all nodes", () => {
    const specs = choices(situation());
    expect(specs).toHaveLength(300);
    const sorts = new Set(specs.map(({ kind, way }) => `${kind} ${way}`));
    expect(sorts.size).toBe(6);
    for (const { kind, nodes, ways, share } of specs) {
      expect(share).toBeGreaterThanOrEqual(0.1);
      expect(share).toBeLessThanOrEqual(0.5);
      expect(ways.map(({ at }) => at).sort()).toEqual(names);
      const links = ways.flatMap(({ at, from }) => from.map((sender) => [sender, at]));
      expect(links).toHaveLength(kind === "all" ? 20 : 8);
      for (const [sender, at] of links) {
        expect(sender).not.toBe(at);
        expect(kind === "all" || [sender, at].includes(nodes[0])).toBe(true);
      }
      if (kind === "leader") expect(nodes).toEqual(["n2"]);
    }
  });

  it("waits where a node can carry no rules or send nothing, and is not put over another", () => {
    expect(choices(situation({ n5: { process: "frozen" } }))).toEqual([]);
    expect(choices(situation({ n5: { harms: ["packet-disorder"] } }))).toEqual([]);
    expect(choices(situation({ n5: { harms: ["packet-loss"] } }))).toHaveLength(300);
  });

  it("waits where a cut of either direction leaves nothing to see", () => {
    const cut = [{ from: "n4", to: "n5" }];
    for (const { ways } of choices(situation({ n4: { cut }, n5: { cut } }))) {
      const links = ways.flatMap(({ at, from }) => from.map((sender) => `${sender} ${at}`));
      expect(links).not.toContain("n4 n5");
      expect(links).not.toContain("n5 n4");
    }
    const clients = [{ from: "clients", to: "n5" }];
    expect(choices(situation({ n5: { cut: clients } }))).toHaveLength(300);
  });

  it("hits whom it was asked to hit, as packet-loss does", () => {
    const nodes = new Set<string>();
    for (const spec of choices({ ...situation(), target: { nodes: ["n4"] } })) {
      for (const node of spec.nodes) nodes.add(node);
    }
    expect(nodes).toEqual(new Set(["n4"]));
    const all = { ...situation(), target: { kinds: ["all"] } } as const;
    expect(new Set(choices(all).map(({ kind }) => kind))).toEqual(new Set(["all"]));
    expect(packetLoss.choose(all, seededRandom(1))?.nodes).toEqual(names);
    const minority = { ...situation(), target: { kinds: ["minority"] } } as const;
    expect(choices(minority)).toEqual([]);
  });
});
