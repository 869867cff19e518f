import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.js";
import type { Night } from "./night.js";
import { type AskedNight, nightFor, planFor } from "./night-plan.js";
import { cellsOf } from "./order.js";

const asked: AskedNight = {
  tool: "0.0.0",
  matrix: {
    workloads: ["register"],
    nemeses: [["kill"], []],
    etcd: ["3.5.30"],
    nodes: [3],
    configs: [undefined],
  },
  budget: { runs: 4, inWords: "--runs 4" },
  seed: undefined,
  untilFailure: false,
  leastRunMs: 60_000,
};
const at = { freshSeed: () => 77, wallTime: "2026-01-02T03:04:05.678Z" };

function nightOf(over: Partial<Night>): Night {
  return { ...nightFor(asked, [], at).night, ...over };
}

describe("the night to make", () => {
  it("is a new one where there is none, or all have ended", () => {
    const { night, isResumed } = nightFor(asked, [nightOf({ ended: "budget", seed: 1 })], at);
    expect(isResumed).toBe(false);
    expect(night).toMatchObject({ name: "2026-01-02T03-04-05.678Z", seed: 77, runs: [] });
    expect(night.cells).toEqual(cellsOf(asked.matrix));
    expect(nightFor({ ...asked, seed: 5 }, [], at).night.seed).toBe(5);
  });

  it("is the last one where that did not end, with its seed", () => {
    const open = nightOf({ seed: 3 });
    const found = nightFor(asked, [nightOf({ ended: "budget" }), open], at);
    expect(found).toEqual({ night: open, isResumed: true });
  });

  it.each<[string, Partial<AskedNight>, Partial<Night>, RegExp]>([
    [
      "other cells",
      { matrix: { ...asked.matrix, nodes: [5] } },
      { ended: "budget" },
      /other cells/,
    ],
    ["another shard", { shard: { part: 1, of: 2 } }, { ended: "budget" }, /no --shard/],
    ["another budget", { budget: { runs: 9, inWords: "--runs 9" } }, {}, /night of --runs 4/],
    ["another seed", { seed: 8 }, { seed: 3 }, /night of --seed 3/],
  ])("is refused among nights with %s", (_what, over, found, sentence) => {
    const choose = () => nightFor({ ...asked, ...over }, [nightOf(found)], at);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(sentence);
  });

  it("may have another budget than one that has ended", () => {
    const longer = { ...asked, budget: { runs: 9, inWords: "--runs 9" } };
    expect(nightFor(longer, [nightOf({ ended: "budget" })], at).isResumed).toBe(false);
  });
});

it("gives each run a seed that follows from the night's", () => {
  const seeds = (seed: number) => {
    const { seedOf } = planFor(asked, nightOf({ seed }));
    return Array.from({ length: 50 }, (_, number) => seedOf(number));
  };
  expect(new Set(seeds(1)).size).toBe(50);
  expect(seeds(1)).toEqual(seeds(1));
  expect(seeds(1)).not.toEqual(seeds(2));
});
