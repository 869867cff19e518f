import { describe, expect, it } from "vitest";
import { virtualClock } from "../../testing/virtual-clock.js";
import type { Cell, Night, NightRun, RunOutcome } from "./night.js";
import { type RunResult, soak, type SoakHost, type SoakPlan } from "./soak.js";

const cell: Cell = { workload: "register", nemeses: ["kill"], etcd: "3.5.30", nodes: 5 };
const night: Night = {
  ordeal: "night",
  version: 1,
  tool: "0.0.0",
  name: "n",
  startedAt: "2000-01-01T00:00:00.000Z",
  seed: 1,
  budget: "",
  cells: [cell],
  runs: [],
};
const plan: SoakPlan = {
  budget: { runs: 3 },
  untilFailure: false,
  cellOf: () => cell,
  seedOf: (number) => 100 + number,
  leastRunMs: 60_000,
};

/** Runs of a minute each, which come out as they are told to. */
function rig(outcomes: readonly RunOutcome[] = []) {
  const clock = virtualClock();
  const interrupt = new AbortController();
  const told: Night[] = [];
  const discarded: RunResult[] = [];
  const seeds: number[] = [];
  let count = 0;
  const host: SoakHost = {
    clock,
    signal: interrupt.signal,
    async run(_cell, seed) {
      seeds.push(seed);
      await clock.sleep(60_000);
      const outcome = outcomes[count++] ?? "valid";
      const startedAt = clock.wallTime();
      return { outcome, startedAt, wallMs: 60_000, sentence: "", findings: [], command: "" };
    },
    keep: (run) => Promise.resolve(run),
    makeRoom: (now) => Promise.resolve({ night: now, isFull: false }),
    discard(result) {
      discarded.push(result);
      return Promise.resolve();
    },
    changed(changed) {
      told.push(changed);
      return Promise.resolve();
    },
  };
  return { clock, host, interrupt, told, discarded, seeds };
}

const inShort = ({ runs }: Night) =>
  runs.map(({ number, attempt, outcome }: NightRun) => `${number}.${attempt} ${outcome}`);

describe("a night", () => {
  it("makes as many runs as it was given, each with a seed of its own", async () => {
    const { host, seeds, told } = rig();
    const done = await soak(night, plan, host);
    expect(inShort(done)).toEqual(["0.1 valid", "1.1 valid", "2.1 valid"]);
    expect(seeds).toEqual([100, 101, 102]);
    expect(done.ended).toBe("budget");
    expect(told.map(({ runs }) => runs.length)).toEqual([1, 2, 3, 3]);
  });

  it("begins no run that could not end in time", async () => {
    const { host } = rig();
    const budget = { forMs: 150_000 };
    const done = await soak(night, { ...plan, budget }, host);
    expect(done.runs).toHaveLength(2);
    expect(done.ended).toBe("budget");
  });

  it("tries a run again whose infrastructure failed, once, and goes on whatever comes of it", async () => {
    const { host } = rig(["failed", "failed", "failed", "valid", "unknown"]);
    const done = await soak(night, plan, host);
    expect(inShort(done)).toEqual([
      "0.1 failed",
      "0.2 failed",
      "1.1 failed",
      "1.2 valid",
      "2.1 unknown",
    ]);
  });

  it("tries the last one again, too", async () => {
    const { host } = rig(["failed", "valid"]);
    const done = await soak(night, { ...plan, budget: { runs: 1 } }, host);
    expect(inShort(done)).toEqual(["0.1 failed", "0.2 valid"]);
  });

  it("ends at the first violation where that was asked for, and else goes on", async () => {
    const { host } = rig(["valid", "invalid", "valid"]);
    const until = await soak(night, { ...plan, untilFailure: true }, host);
    expect(inShort(until)).toEqual(["0.1 valid", "1.1 invalid"]);
    expect(until.ended).toBe("until-failure");
    const other = rig(["valid", "invalid", "valid"]);
    const all = await soak(night, plan, other.host);
    expect(all.runs).toHaveLength(3);
  });

  it("makes its own part of the runs where it is divided", async () => {
    const numbers = async (part: number) => {
      const { host } = rig();
      const shard = { part, of: 3 };
      const given = { ...plan, budget: { runs: 7 }, shard };
      const { runs } = await soak(night, given, host);
      return runs.map(({ number }) => number);
    };
    expect([await numbers(1), await numbers(2), await numbers(3)]).toEqual([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
  });

  it("goes on where it was interrupted, and makes half a run again unless it found something", async () => {
    const { clock, host, interrupt, discarded } = rig();
    const first = soak(night, plan, host);
    const stopped = clock.sleep(90_000).then(() => {
      interrupt.abort("SIGTERM");
    });
    const [half] = await Promise.all([first, stopped]);
    expect(inShort(half)).toEqual(["0.1 valid"]);
    expect(half).not.toHaveProperty("ended");
    expect(discarded).toHaveLength(1);
    const next = rig();
    const whole = await soak(half, plan, next.host);
    expect(inShort(whole)).toEqual(["0.1 valid", "1.1 valid", "2.1 valid"]);
    expect(next.seeds).toEqual([101, 102]);
  });

  it("counts the time of all its starts", async () => {
    const { host } = rig();
    const budget = { forMs: 180_000 };
    const wallMs = 100_000;
    const run = { ...(await host.run(cell, 1)), wallMs };
    const begun = { number: 0, cell, seed: 1, attempt: 1, kept: "all" } as const;
    const started = { ...night, runs: [{ ...run, ...begun }] };
    const done = await soak(started, { ...plan, budget }, host);
    expect(done.runs).toHaveLength(2);
  });

  it("ends where the disk is full, with the run that filled it", async () => {
    const { host } = rig();
    const makeRoom = (now: Night) => Promise.resolve({ night: now, isFull: true });
    const done = await soak(night, plan, { ...host, makeRoom });
    expect(done.runs).toHaveLength(1);
    expect(done.ended).toBe("disk");
  });
});
