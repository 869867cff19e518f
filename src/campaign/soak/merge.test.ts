import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.js";
import { mergeNights, missingAmong } from "./merge.js";
import type { EndOfNight, Night } from "./night.js";
import { aCell, aFailure, nightGoingOn, nightOf, runOf } from "./testing-night.fixture.js";

function shardOf(part: number, numbers: readonly number[], rest: Partial<Night> = {}): Night {
  return nightOf(
    numbers.map((number) => runOf({ number })),
    {
      name: `night-${part}`,
      startedAt: `2026-11-27T22:00:0${9 - part}.000Z`,
      shard: { part, of: 3 },
      ...rest,
    },
  );
}

const three = [shardOf(1, [0, 3]), shardOf(2, [1, 4]), shardOf(3, [2, 5])];

describe("merged shards", () => {
  it("are one night, with its runs in their order, named like the shard that began first", () => {
    const merged = mergeNights(three);
    expect(merged.runs.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
    const { runs, ...rest } = merged;
    expect(runs).toHaveLength(6);
    expect(rest).toEqual({
      ordeal: "night",
      version: 1,
      tool: "0.1.0",
      name: "night-3",
      startedAt: "2026-11-27T22:00:06.000Z",
      ended: "budget",
      seed: 4711,
      budget: "--for 8h",
      cells: [aCell],
    });
  });

  it("are the same night whatever their order, and are left as they were", () => {
    const before = structuredClone(three);
    expect(mergeNights(three.toReversed())).toEqual(mergeNights(three));
    expect(three).toEqual(before);
  });

  it("keep both attempts of a run in their order", () => {
    const failed = runOf({ number: 0, ...aFailure });
    const again = runOf({ number: 0, attempt: 2 });
    const shards = [{ ...shardOf(1, []), runs: [failed, again] }, ...three.slice(1)];
    expect(mergeNights(shards).runs.slice(0, 2)).toEqual([failed, again]);
  });

  it.each<{ ends: readonly EndOfNight[]; ended: EndOfNight }>([
    { ends: ["budget", "until-failure", "budget"], ended: "until-failure" },
    { ends: ["interrupted", "until-failure", "budget"], ended: "interrupted" },
    { ends: ["interrupted", "budget", "disk"], ended: "disk" },
  ])("end as $ended where theirs are $ends", ({ ends, ended }) => {
    const shards = ends.map((end, index) => shardOf(index + 1, [index], { ended: end }));
    expect(mergeNights(shards).ended).toBe(ended);
  });

  it("have no end on record where one of them has none", () => {
    const going = nightGoingOn([], { shard: { part: 1, of: 3 } });
    expect(mergeNights([going, ...three.slice(1)])).not.toHaveProperty("ended");
  });
});

describe("merging refuses", () => {
  const [one, two, last] = three as [Night, Night, Night];
  it.each<{ what: string; shards: readonly Night[]; because: string }>([
    { what: "nothing at all", shards: [], because: "expected the shards of a night, got none" },
    {
      what: "a whole night",
      shards: [nightOf([])],
      because:
        "expected shards of one night, but 2026-11-27T22-00-00.000Z is a whole night by itself",
    },
    {
      what: "another seed",
      shards: [one, two, { ...last, seed: 4712 }],
      because:
        "expected shards of one night, but their seeds differ: 4712 in night-3, 4711 in night-1",
    },
    {
      what: "another budget",
      shards: [one, { ...two, budget: "--runs 7" }, last],
      because:
        'expected shards of one night, but their budgets differ: "--for 8h" in night-3, "--runs 7" in night-2',
    },
    {
      what: "another version of ordeal",
      shards: [one, { ...two, tool: "0.2.0" }, last],
      because:
        "expected shards of one night, but their versions of ordeal differ: 0.1.0 in night-3, 0.2.0 in night-2",
    },
    {
      what: "other cells",
      shards: [one, { ...two, cells: [{ ...aCell, config: "ha.yml" }] }, last],
      because: "expected shards of one night, but the cells of night-3 and of night-2 differ",
    },
    {
      what: "another number of shards",
      shards: [one, { ...two, shard: { part: 2, of: 4 } }, last],
      because:
        "expected shards of one night, but their numbers of shards differ: 3 in night-3, 4 in night-2",
    },
    {
      what: "a shard twice",
      shards: [one, two, two, last],
      because: "shard 2 of 3 is given twice",
    },
    { what: "a missing shard", shards: [one, two], because: "shard 3 of 3 is missing" },
    { what: "missing shards", shards: [two], because: "shards 1, 3 of 3 are missing" },
    {
      what: "a shard beyond the last",
      shards: [one, two, { ...last, shard: { part: 4, of: 3 } }],
      because: "expected a shard from 1 to 3, but night-3 is shard 4 of 3",
    },
    {
      what: "a run that is in two",
      shards: [one, shardOf(2, [1, 3]), last],
      because: "run 3 is in shard 1 and in shard 2",
    },
  ])("$what", ({ shards, because }) => {
    expect(() => mergeNights(shards)).toThrow(new UsageError(because));
  });

  it("nothing but what is missing where that is allowed, and then there is no end on record", () => {
    const merged = mergeNights([one, last], { allowMissing: true });
    expect(merged.runs.map(({ number }) => number)).toEqual([0, 2, 3, 5]);
    expect(merged).not.toHaveProperty("ended");
    expect(missingAmong([one, last])).toBe("shard 2 of 3 is missing");
    expect(missingAmong(three)).toBeUndefined();
    expect(() => mergeNights([one, one], { allowMissing: true })).toThrow(/given twice/);
  });

  it("to name a million missing shards one by one", () => {
    const alone = shardOf(2, [], { shard: { part: 2, of: 1_000_000 } });
    expect(missingAmong([alone])).toBe(
      "shards 1, 3, 4, 5, 6 and 999994 more of 1000000 are missing",
    );
  });
});
