import { describe, expect, it } from "vitest";
import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { nemeses } from "./index.js";
import { corrupt, noticeableCorruption } from "./corrupt.js";

const well: NodeState = { process: "running", cut: [] };

function situation(count: number, unlike: Readonly<Record<string, Partial<NodeState>>> = {}) {
  const at: Situation = {
    nodes: Array.from({ length: count }, (_, index) => `n${index + 1}`),
    leader: "n1",
    state: (node) => ({ ...well, ...unlike[node] }),
    capabilities: new Set(["corrupt"] as const),
  };
  return at;
}

const choicesOn = (at: Situation) =>
  Array.from({ length: 300 }, (_, seed) => corrupt.choose(at, seededRandom(seed))).filter(
    (spec) => spec !== undefined,
  );

describe("corrupt", () => {
  it("takes one node, the leader and a minority, and never a majority", () => {
    const specs = choicesOn(situation(5));
    expect(specs).toHaveLength(300);
    expect(new Set(specs.map(({ target }) => target))).toEqual(
      new Set(["one", "leader", "minority"]),
    );
    for (const { nodes } of specs) expect(nodes.length).toBeLessThanOrEqual(2);
    for (const { nodes } of choicesOn(situation(3))) expect(nodes).toHaveLength(1);
  });

  it.each<[string, Partial<NodeState>]>([
    ["killed", { process: "killed" }],
    ["paused", { process: "paused" }],
    ["cut off", { cut: [{ from: "n1", to: "n5" }] }],
    ["harmed already", { process: "harmed", harms: ["corrupt"] }],
    ["under some other harm", { harms: ["packet-loss"] }],
  ])("waits while a node is %s", (_, state) => {
    expect(choicesOn(situation(5, { n5: state }))).toEqual([]);
  });

  it("damages every kind of file, both ways, from its end to near its start", () => {
    const damages = choicesOn(situation(5)).map(({ damage }) => damage);
    const kinds = new Set(damages.map(({ file, way }) => `${file} ${way}`));
    expect(kinds.size).toBe(6);
    expect(new Set(damages.map(({ stoppedBy }) => stoppedBy))).toEqual(new Set(["KILL", "TERM"]));
    const places = damages.map(({ place }) => place);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(places.filter((place) => place < 0.02).length).toBeGreaterThan(100);
    expect(Math.max(...places)).toBeGreaterThan(0.9);
    expect(Math.max(...places)).toBeLessThan(1);
  });

  it("says that etcd may end", () => {
    for (const spec of choicesOn(situation(3))) expect(spec.mayEndNodes).toBe(true);
  });

  it("puts the remedy off while the others cannot take a new member in", () => {
    const [spec] = choicesOn(situation(3));
    if (!spec) throw new Error("nothing was chosen");
    const [target = ""] = spec.nodes;
    const other = target === "n3" ? "n2" : "n3";
    const canBeHealed = (unlike: Readonly<Record<string, Partial<NodeState>>>) =>
      corrupt.canBeHealed?.(situation(3, { [target]: { process: "harmed" }, ...unlike }), spec);
    expect(canBeHealed({})).toBe(true);
    expect(canBeHealed({ [other]: { process: "paused" } })).toBe(false);
    expect(canBeHealed({ [other]: { cut: [{ from: target, to: other }] } })).toBe(false);
  });
});

it("makes no damage that etcd need not notice, where that is not wanted", () => {
  const at = situation(5);
  const kinds = (nemesis: typeof corrupt) => {
    const specs = Array.from({ length: 300 }, (_, seed) => nemesis.choose(at, seededRandom(seed)));
    return new Set(specs.map((spec) => spec && `${spec.damage.way} ${spec.damage.file}`));
  };
  const all = kinds(corrupt);
  expect(all).toContain("flip database");
  const noticed = kinds(noticeableCorruption);
  expect(noticed).toEqual(
    new Set([...all].map((kind) => (kind === "flip database" ? undefined : kind))),
  );
  const [part] = nemeses["chaos"]?.parts?.filter(({ name }) => name === "corrupt") ?? [];
  expect(part).toBe(noticeableCorruption);
});
