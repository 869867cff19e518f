import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskedTargets, type TargetKind, targetKinds } from "../src/core/asked-targets.js";
import { capabilities, nodeNames, type NodeState } from "../src/core/cluster.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { chooseAimed } from "../src/runner/aimed-choice.js";
import { corrupt } from "./corrupt.js";
import { diskStall } from "./disk-stall.js";
import { nemeses } from "./index.js";
import { kill } from "./kill.js";
import { pause } from "./pause.js";
import { powerFailure } from "./power-failure.js";
import { setUpsOf } from "./set-ups.fixture.js";
import { seesMajority } from "./targets.js";

const processes = ["running", "running", "running", "paused", "frozen", "killed"] as const;
const setUps = setUpsOf("3.5.16", "3.5.30");

/** Clusters of every size in every state, and what was asked for. */
const situations = fc
  .constantFrom(1, 3, 5, 7)
  .chain((count) =>
    fc.record({
      states: fc.array(fc.constantFrom(...processes), { minLength: count, maxLength: count }),
      leader: fc.option(fc.constantFrom(...nodeNames(count)), { nil: undefined }),
      kinds: fc.subarray([...targetKinds]),
      named: fc.subarray(nodeNames(count)),
    }),
  )
  .map(({ states, leader, kinds, named }) => {
    const target = {
      ...(kinds.length > 0 && { kinds }),
      ...(named.length > 0 && { nodes: named }),
    };
    return situation(states, { leader, target });
  });

function situation(
  states: readonly NodeState["process"][],
  { leader, target }: { leader: string | undefined; target?: AskedTargets },
): Situation {
  const nodes = nodeNames(states.length);
  return {
    nodes,
    leader,
    capabilities: new Set(Object.keys(capabilities) as (keyof typeof capabilities)[]),
    toleratesCompaction: true,
    toleratesRewind: true,
    state: (node) => ({
      process: states[nodes.indexOf(node)] ?? "running",
      cut: [],
      setUp: "old",
      setUps,
    }),
    ...(target && { target }),
  };
}

const well = (count: number, target?: AskedTargets) =>
  situation(Array<"running">(count).fill("running"), {
    leader: "n2",
    ...(target && { target }),
  });

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

/** What is hit over many seeds, each set of nodes once. */
function hitBy(nemesis: Nemesis, at: Situation): string[] {
  const specs = seeds.map((seed) => chooseAimed(nemesis, at, seededRandom(seed)));
  return [...new Set(specs.flatMap((spec) => (spec ? [spec.nodes.join(" ")] : [])))];
}

function sizes(kind: TargetKind, { nodes }: Situation): readonly number[] {
  const most = Math.floor((nodes.length - 1) / 2);
  return {
    one: [1],
    leader: [1],
    minority: most === 1 ? [1] : [2, 3].filter((size) => size <= most),
    majority: [2, 3, 4, 5, 6].filter((size) => size > most && size < nodes.length),
    followers: [nodes.length - 1],
    all: [nodes.length],
  }[kind];
}

describe.each(Object.values(nemeses))("$name", (nemesis) => {
  it("hits nobody but those named, and no more or fewer than the kinds say", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const { nodes = at.nodes, kinds } = at.target ?? {};
        const hit = chooseAimed(nemesis, at, seededRandom(seed))?.nodes;
        if (!hit) return;
        expect(nodes).toEqual(expect.arrayContaining([...hit]));
        if (!kinds) return;
        expect(kinds.flatMap((kind) => sizes(kind, at))).toContain(hit.length);
        if (kinds.join() === "leader") expect(hit).toEqual([at.leader]);
        if (kinds.join() === "followers") expect(hit).not.toContain(at.leader);
      }),
      { numRuns: 50 },
    );
  });

  it("chooses as if nothing were asked for where any node may be hit", () => {
    for (const seed of seeds) {
      const free = nemesis.choose(well(5), seededRandom(seed));
      const named = nemesis.choose(well(5, { nodes: nodeNames(5) }), seededRandom(seed));
      expect(named).toEqual(free);
      expect(chooseAimed(nemesis, well(5), seededRandom(seed))).toEqual(free);
    }
  });
});

describe.each([kill, pause, powerFailure, diskStall, corrupt])("$name", (nemesis) => {
  it("aims by itself, and takes no more from the cluster than it would anyway", () => {
    fc.assert(
      fc.property(situations, fc.nat(), (at, seed) => {
        const spec = nemesis.choose(at, seededRandom(seed));
        if (!spec) return;
        const { nodes = at.nodes, kinds = targetKinds } = at.target ?? {};
        expect(kinds).toContain(spec.target);
        expect(nodes).toEqual(expect.arrayContaining([...spec.nodes]));
        for (const node of spec.nodes) expect(at.state(node).process).toBe("running");
        if (["majority", "followers", "all"].includes(spec.target)) return;
        const atWork = at.nodes.filter((node) => seesMajority(at, node));
        const left = atWork.filter((node) => !spec.nodes.includes(node));
        const takesNone = left.length === atWork.length;
        expect(takesNone || at.nodes.length === 1 || left.length > at.nodes.length / 2).toBe(true);
      }),
    );
  });
});

it("hits every set of nodes that was asked for", () => {
  expect(hitBy(kill, well(3, { nodes: ["n3"] }))).toEqual(["n3"]);
  expect(hitBy(kill, well(3, { kinds: ["minority"] })).sort()).toEqual(["n1", "n2", "n3"]);
  expect(hitBy(kill, well(5, { kinds: ["minority"], nodes: ["n1", "n4"] }))).toEqual(["n1 n4"]);
  expect(hitBy(pause, well(3, { kinds: ["leader", "followers"] })).sort()).toEqual(["n1 n3", "n2"]);
});

it("leaves alone a named node that cannot be spared just now", () => {
  const at = situation(["killed", "running", "running"], {
    leader: "n2",
    target: { nodes: ["n2"] },
  });
  expect(hitBy(kill, at)).toEqual([]);
});

it("raises no alarm, which stops writes everywhere, for a target that is not all nodes", () => {
  const diskFull = nemeses["disk-full"];
  const ways = (target?: AskedTargets) =>
    new Set(
      seeds.map((seed) => {
        const spec = diskFull?.choose(well(5, target), seededRandom(seed));
        return spec && "way" in spec ? spec.way : undefined;
      }),
    );
  expect(ways()).toEqual(new Set(["file-system", "alarm"]));
  expect(ways({ nodes: ["n1", "n2"] })).toEqual(new Set(["file-system"]));
  expect(ways({ kinds: ["all"] })).toEqual(new Set(["file-system", "alarm"]));
});
