import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HarnessError, UsageError } from "../../core/errors.js";
import { replay, type ReplayOptions } from "./replay.js";
import { failingHarness, fakeHost, savedRun, verdictOf } from "./saved-run.fixture.js";
import { shortestFailing } from "./tries.js";

let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-replay-"));
});
afterEach(() => {
  rmSync(results, { recursive: true });
});

const asked = (changes: Partial<ReplayOptions> = {}): ReplayOptions => ({
  times: 1,
  untilFailure: false,
  results,
  isExact: false,
  ...changes,
});

const valid = verdictOf({ linearizable: "valid" });
const invalid = verdictOf({ linearizable: "invalid" }, [4, 9]);

describe("a replay", () => {
  it("asks for the same options and the recorded faults, in a folder of its own", async () => {
    const host = fakeHost(() => valid);
    const saved = savedRun();
    await replay(saved, asked(), host);
    const [run] = host.runs;
    expect(run?.options).toEqual({ ...saved.options, results, keep: false });
    expect(run?.plannedFaults).toEqual(saved.faults);
    expect(run?.folder.path).toContain(join(results, "register-kill-replay"));
    expect(run?.command).toBe(`npx ordeal replay ${run?.folder.path ?? ""}`);
  });

  it("is made as often as it is asked for, and counts how often it failed", async () => {
    const host = fakeHost((_, number) => (number % 3 === 0 ? invalid : valid));
    const { tries, failed, interval, end } = await replay(savedRun(), asked({ times: 10 }), host);
    expect([tries.length, failed, end]).toEqual([10, 3, "enough"]);
    expect(interval?.low).toBeCloseTo(0.108, 3);
    expect(new Set(tries.map(({ folder }) => folder.path)).size).toBe(10);
  });

  it("ends with the first failure where that is asked for", async () => {
    const host = fakeHost((_, number) => (number === 4 ? invalid : valid));
    const options = asked({ times: Infinity, untilFailure: true });
    const { tries, failed } = await replay(savedRun(), options, host);
    expect([tries.length, failed]).toEqual([4, 1]);
  });

  it("goes on after a failure where only a number of tries is asked for", async () => {
    const { failed } = await replay(
      savedRun(),
      asked({ times: 3 }),
      fakeHost(() => invalid),
    );
    expect(failed).toBe(3);
  });
});

describe("what counts", () => {
  const outcomeOf = async (
    verdict: ReturnType<typeof verdictOf>,
    violated: readonly string[] = ["linearizable"],
  ) => {
    const { tries } = await replay(
      savedRun({ violated }),
      asked(),
      fakeHost(() => verdict),
    );
    return tries[0]?.outcome;
  };

  it("is a violation by a checker that found one in the saved run", async () => {
    expect(await outcomeOf(verdictOf({ linearizable: "invalid", stats: "valid" }))).toBe("same");
    expect(await outcomeOf(verdictOf({ linearizable: "valid", "crash-log": "invalid" }))).toBe(
      "another",
    );
    expect(await outcomeOf(verdictOf({ linearizable: "unknown" }))).toBe("unknown");
    expect(await outcomeOf(valid)).toBe("none");
  });

  it("is any violation where the saved run had none", async () => {
    expect(await outcomeOf(verdictOf({ "crash-log": "invalid" }), [])).toBe("same");
  });
});

describe("the shortest failing run", () => {
  it("is the one whose history shows the violation by the fewest events", async () => {
    const shown = [
      [30, 900],
      [800, 20],
      [10, 850],
    ];
    const host = fakeHost((_, number) => verdictOf({ linearizable: "invalid" }, shown[number - 1]));
    const { tries } = await replay(savedRun(), asked({ times: 3 }), host);
    const shortest = shortestFailing(tries);
    expect(shortest?.shownBy).toBe(800);
    expect(shortest?.folder.path).toBe(tries[1]?.folder.path);
  });

  it("is found where no finding names an operation, and is none where nothing failed", async () => {
    const { tries } = await replay(
      savedRun(),
      asked(),
      fakeHost(() => verdictOf({ linearizable: "invalid" })),
    );
    expect(shortestFailing(tries)?.folder.path).toBe(tries[0]?.folder.path);
    const { tries: fine } = await replay(
      savedRun(),
      asked(),
      fakeHost(() => valid),
    );
    expect(shortestFailing(fine)).toBeUndefined();
  });
});

describe("a replay ends early", () => {
  it("where it is interrupted: that try does not count, unless it found a violation", async () => {
    for (const [verdict, counted] of [
      [valid, 1],
      [invalid, 2],
    ] as const) {
      const host = fakeHost((_, number) => {
        if (number === 2) host.stop.abort("SIGINT");
        return number === 2 ? verdict : valid;
      });
      const { tries, end } = await replay(savedRun(), asked({ times: 9 }), host);
      expect([tries.length, end, host.runs.length]).toEqual([counted, "interrupted", 2]);
    }
  });

  it("where the harness fails, and keeps what there is", async () => {
    const host = fakeHost((_, number) =>
      number === 3 ? failingHarness("the disk is full")() : invalid,
    );
    const { tries, end } = await replay(savedRun(), asked({ times: 9 }), host);
    expect(tries).toHaveLength(2);
    expect(end).toBeInstanceOf(HarnessError);
    expect(end).toMatchObject({ message: "the disk is full" });
  });

  it("where no cluster can be had, and makes no folder for it", async () => {
    const host = fakeHost(() => valid);
    const { tries, end } = await replay(savedRun(), asked(), {
      ...host,
      prepare: () => Promise.reject(new HarnessError("no Docker engine answers")),
    });
    expect(tries).toEqual([]);
    expect(end).toMatchObject({ message: "no Docker engine answers" });
  });

  it("with wrong usage where such a run cannot be asked for", async () => {
    const refusing = {
      ...fakeHost(() => valid),
      prepare: () => Promise.reject(new UsageError("there is no such file")),
    };
    await expect(replay(savedRun(), asked(), refusing)).rejects.toThrow("there is no such file");
  });
});
