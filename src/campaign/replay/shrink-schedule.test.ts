import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestRun } from "../../test-options.js";
import type { CandidateOptions } from "./candidates.js";
import { fakeHost, killsOf, savedRun, verdictOf } from "./saved-run.fixture.js";
import { shrinkSchedule } from "./shrink-schedule.js";

let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-shrink-"));
});
afterEach(() => {
  rmSync(results, { recursive: true });
});

const asked = (changes: Partial<CandidateOptions> = {}): CandidateOptions => ({
  times: 1,
  atLeast: 1,
  results,
  isExact: false,
  ...changes,
});

const invalid = verdictOf({ linearizable: "invalid" }, [5]);
const valid = verdictOf({ linearizable: "valid" });
const saved = savedRun({ faults: killsOf(40) });

function hasFaults({ plannedFaults = [] }: TestRun, ...numbers: number[]): boolean {
  const present = plannedFaults.map(({ spec }) => spec.description);
  return numbers.every((number) => present.some((text) => text.endsWith(`(${number})`)));
}

describe("shrinking a schedule", () => {
  it("drops the faults that do not matter and halves the load as long as it fails", async () => {
    const host = fakeHost((test) => (hasFaults(test, 4, 9) ? invalid : valid));
    const { from, to, shortest, candidates } = await shrinkSchedule(saved, asked(), host);
    expect(from).toEqual({ faults: saved.faults, timeLimitMs: 64_000 });
    expect(to?.faults).toEqual([saved.faults[4], saved.faults[9]]);
    // Fault 9 comes at 10 s, so that 8 s are too short.
    expect(to?.timeLimitMs).toBe(16_000);
    expect(candidates).toBeLessThan(40);
    const final = host.runs.find(({ folder }) => folder.path === shortest?.folder.path);
    expect(final?.plannedFaults).toEqual(to?.faults);
    expect(final?.options).toMatchObject({ timeLimitMs: 16_000, nemeses: ["kill"] });
  });

  it("leaves no fault and a second of load where none of them matters", async () => {
    const { to } = await shrinkSchedule(
      saved,
      asked(),
      fakeHost(() => invalid),
    );
    expect(to).toEqual({ faults: [], timeLimitMs: 1_000 });
  });

  it("tries a schedule no further once it is decided", async () => {
    const host = fakeHost(() => valid);
    const { to, tries } = await shrinkSchedule(saved, asked({ times: 5, atLeast: 4 }), host);
    expect(to).toBeUndefined();
    expect(host.runs).toHaveLength(2);
    expect(tries).toHaveLength(2);
  });

  it("takes a schedule that fails often enough, and no other", async () => {
    // With fault 4 every second try fails, without it every fifth.
    const host = fakeHost((test, number) =>
      number % (hasFaults(test, 4) ? 2 : 5) === 0 ? invalid : valid,
    );
    const { to } = await shrinkSchedule(saved, asked({ times: 10, atLeast: 4 }), host);
    expect(to?.faults).toEqual([saved.faults[4]]);
  });

  it("says how often the smallest one failed when it was tried anew", async () => {
    const perSchedule = new Map<number, number>();
    const host = fakeHost((test) => {
      const size = test.plannedFaults?.length ?? 0;
      const count = (perSchedule.get(size) ?? 0) + 1;
      perSchedule.set(size, count);
      return hasFaults(test, 4) && count <= 2 ? invalid : valid;
    });
    const { share } = await shrinkSchedule(saved, asked({ times: 4 }), host);
    expect(share.tries).toBe(4);
    expect(share.failed).toBeLessThan(2);
    expect(share.interval.high).toBeLessThan(0.8);
  });

  it("keeps the runs of the smallest one and removes the others, but for another violation", async () => {
    const another = verdictOf({ "crash-log": "invalid" });
    const host = fakeHost((test) => {
      if (hasFaults(test, 4)) return invalid;
      return hasFaults(test, 5) ? another : valid;
    });
    const { tries, to } = await shrinkSchedule(saved, asked({ times: 2 }), host);
    expect(to?.faults).toEqual([saved.faults[4]]);
    const kept = tries.map(({ folder }) => folder.path);
    const others = host.runs.filter(({ folder }) => !kept.includes(folder.path));
    const isAnother = (test: TestRun) => hasFaults(test, 5) && !hasFaults(test, 4);
    expect(others.some(isAnother)).toBe(true);
    expect(host.discarded.toSorted()).toEqual(
      others
        .filter((test) => !isAnother(test))
        .map(({ folder }) => folder.path)
        .toSorted(),
    );
  });

  it("ends in order when it is interrupted, with the smallest so far", async () => {
    const host = fakeHost((test, number) => {
      if (number === 6) host.stop.abort("SIGINT");
      return hasFaults(test, 4) ? invalid : valid;
    });
    const { to, end, share } = await shrinkSchedule(saved, asked(), host);
    expect(host.runs).toHaveLength(6);
    expect(end).toBe("interrupted");
    expect(to?.timeLimitMs).toBe(8_000);
    expect(share.tries).toBe(0);
  });
});

describe("the chances of a cluster that has a seed for them", () => {
  const seedsOf = async (isExact: boolean) => {
    const host = fakeHost(() => valid);
    await shrinkSchedule(saved, asked({ times: 3, isExact }), host);
    return host.runs.map(({ options }) => options);
  };

  it("are others for each try, and the recorded ones for the first", async () => {
    const options = await seedsOf(true);
    const seeds = options.map(({ clusterSeed }) => clusterSeed);
    expect(seeds[0]).toBe(saved.options.seed);
    expect(new Set(seeds).size).toBe(3);
    expect(new Set(options.map(({ seed }) => seed))).toEqual(new Set([saved.options.seed]));
  });

  it("are not spoken of where there is none", async () => {
    expect((await seedsOf(false)).every((options) => !("clusterSeed" in options))).toBe(true);
  });
});
