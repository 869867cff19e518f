import { describe, expect, it } from "vitest";
import { lifelikeRollout } from "./page/testing-rollout.fixture.js";
import { resumable } from "./resume.js";
import { rollout } from "./rollout.js";
import { savedOptions } from "../replay/saved-run.fixture.js";
import { type EarlyEnd, type LegRun, legs, type RolloutRecord } from "./rollout-record.js";

const interrupted: EarlyEnd = { by: "interrupt", why: "SIGINT" };

/** As it comes back from its file. */
function saved(rest: Partial<RolloutRecord> = {}): RolloutRecord {
  const record = lifelikeRollout({ endedEarly: interrupted, ...rest });
  return JSON.parse(JSON.stringify(record)) as RolloutRecord;
}

const record = saved();
const runsIn = (of: RolloutRecord | undefined, seed?: number) =>
  of && resumable(of, record, seed)?.runs.map(({ round, leg }) => `${round} ${leg}`);
const firstRound = legs.map((leg) => `1 ${leg}`);

describe("a rollout that did not come to its end", () => {
  it("has its runs for one that asks the same", () => {
    expect(record.runs).toHaveLength(8);
    expect(runsIn(record)).toEqual([...firstRound, ...legs.map((leg) => `2 ${leg}`)]);
    expect(resumable(record, record, undefined)?.seed).toBe(record.seed);
  });

  it.each(["interrupt", "failure", "unfinished"] as const)("may have ended by %s", (by) => {
    expect(runsIn(saved({ endedEarly: { by, why: "x" } }))).toHaveLength(8);
  });

  it("leaves out a round that was cut short, or in which a run failed", () => {
    expect(runsIn(saved({ runs: record.runs.slice(0, 6) }))).toEqual(firstRound);
    expect(runsIn(saved({ runs: record.runs.slice(0, 3) }))).toEqual([]);
    const failed = record.runs.map((run): LegRun =>
      run.round === 2 && run.leg === "back" ? { ...run, outcome: "failed" } : run,
    );
    expect(runsIn(saved({ runs: failed }))).toEqual(firstRound);
  });

  it("takes any seed where none is asked for, and else its own alone", () => {
    const other = { ...record, command: record.command.replace(/--seed \d+/, "--seed 2") };
    expect(other.command).not.toBe(record.command);
    expect(resumable(record, other, undefined)).toBeDefined();
    expect(resumable(record, record, record.seed)).toBeDefined();
    expect(resumable(record, record, record.seed + 1)).toBeUndefined();
  });

  it.each<readonly [string, Partial<RolloutRecord>]>([
    ["another command", { command: "npx ordeal rollout --nodes 7" }],
    ["another build", { to: { ...record.to, sha256: "c".repeat(64) } }],
    ["another file", { from: { ...record.from, config: "other.yml" } }],
    ["other values", { differences: [{ key: "pre-vote", to: false }] }],
  ])("has nothing for %s", (_, rest) => {
    expect(resumable(saved(rest), record, undefined)).toBeUndefined();
  });
});

it("one that came to its end, or found a violation, is not gone on with", () => {
  expect(resumable(lifelikeRollout(), record, undefined)).toBeUndefined();
  const found = saved({ endedEarly: { by: "violation", why: "x" } });
  expect(resumable(found, record, undefined)).toBeUndefined();
});

it("what is resumed goes on with the next round, and with the seeds that it would have had", async () => {
  const common = { ...savedOptions, nodes: 3, nemeses: [], timeLimitMs: 60_000 };
  const plan = {
    rounds: 3,
    seed: 5,
    common,
    from: { etcd: "3.5.16" },
    to: { etcd: "3.5.30" },
    leavesOne: false,
  };
  const made = async (before: readonly LegRun[]) => {
    const seeds: string[] = [];
    const { runs } = await rollout(
      plan,
      {
        signal: new AbortController().signal,
        run({ leg, round, options, changesPlanned }) {
          seeds.push(`${round} ${leg} ${options.seed}`);
          const [first] = record.runs;
          if (!first) throw new Error("the fixture has no run");
          const run = { ...first, leg, round, seed: options.seed, changesPlanned };
          return Promise.resolve({ run, faults: [] });
        },
        again: () => undefined,
        changed: () => undefined,
      },
      before,
    );
    return { seeds, runs };
  };
  const whole = await made([]);
  const rest = await made(whole.runs.slice(0, 4));
  expect(rest.seeds).toEqual(whole.seeds.slice(4));
  expect(rest.runs).toEqual(whole.runs);
});
