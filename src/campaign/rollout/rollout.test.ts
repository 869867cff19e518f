import { describe, expect, it } from "vitest";
import { HarnessError, UsageError } from "../../core/errors.js";
import type { FaultRecord } from "../../core/history.js";
import { savedOptions } from "../replay/saved-run.fixture.js";
import {
  leastTimeLimitMs,
  type LegResult,
  type LegToRun,
  rollout,
  type RolloutPlan,
} from "./rollout.js";
import type { LegRun } from "./rollout-record.js";

const common = { ...savedOptions, nodes: 3, nemeses: ["kill"], timeLimitMs: 60_000 };
const plan: RolloutPlan = {
  rounds: 2,
  seed: 7,
  common,
  from: { etcd: "3.5.16", config: "old.yml" },
  to: { etcd: "3.5.30", config: "new.yml" },
  leavesOne: false,
};

const kill: FaultRecord = {
  fault: 0,
  spec: { nemesis: "kill", nodes: ["n2"], description: "n2 is killed" },
  injectedAtNs: 5e9,
  inForceAtNs: 5.1e9,
  healedAtNs: 9e9,
  overAtNs: 9.2e9,
};

function resultOf(leg: LegToRun, run: Partial<LegRun> = {}): LegResult {
  return {
    run: {
      leg: leg.leg,
      round: leg.round,
      seed: leg.options.seed,
      startedAt: "2026-01-01T00:00:00Z",
      wallMs: 1,
      outcome: "valid",
      sentence: "All is well.",
      findings: [],
      command: "",
      folder: "",
      changesPlanned: leg.changesPlanned,
      ...run,
    },
    faults: leg.leg === "baseline" ? [kill] : [],
  };
}

/** Makes it with runs that this gives, and tells which were asked for. */
async function madeWith(
  give: (leg: LegToRun, number: number) => LegResult | Error,
  {
    change = {},
    interruptAfter = Infinity,
  }: { change?: Partial<RolloutPlan>; interruptAfter?: number } = {},
) {
  const asked: LegToRun[] = [];
  const again: string[] = [];
  const interrupt = new AbortController();
  const end = await rollout(
    { ...plan, ...change },
    {
      signal: interrupt.signal,
      run(leg) {
        asked.push(leg);
        if (asked.length >= interruptAfter) interrupt.abort("SIGINT");
        const given = give(leg, asked.length);
        return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
      },
      again: ({ leg }, why) => again.push(`${leg}: ${why}`),
      changed: () => undefined,
    },
  );
  return { ...end, asked, again };
}

describe("a rollout", () => {
  it("makes four runs a round, with one seed and the faults of the baseline", async () => {
    const { asked, runs, endedEarly } = await madeWith((leg) => resultOf(leg));
    expect(endedEarly).toBeUndefined();
    expect(runs.map(({ leg, round }) => `${round} ${leg}`)).toEqual([
      ...["1 baseline", "1 candidate", "1 forward", "1 back"],
      ...["2 baseline", "2 candidate", "2 forward", "2 back"],
    ]);
    const seeds = asked.map((leg) => leg.options.seed);
    expect(new Set(seeds.slice(0, 4)).size).toBe(1);
    expect(seeds[4]).not.toBe(seeds[0]);
    for (const leg of asked) {
      if (leg.leg === "baseline") expect(leg.plannedFaults).toBeUndefined();
      else
        expect(leg.plannedFaults).toContainEqual({
          spec: kill.spec,
          atNs: 5e9,
          durationNs: 4e9,
        });
    }
  });

  it("runs the old set-up, the new one, and changes from the one to the other and back", async () => {
    const { asked } = await madeWith((leg) => resultOf(leg), { change: { rounds: 1 } });
    const [baseline, candidate, forward, back] = asked;
    expect(baseline?.options).toMatchObject({ etcd: "3.5.16", config: "old.yml" });
    expect(candidate?.options).toMatchObject({ etcd: "3.5.30", config: "new.yml" });
    for (const leg of [baseline, candidate]) {
      expect(leg?.options.nemeses).toEqual(["kill"]);
      expect(leg?.options.changes).toBeUndefined();
    }
    for (const leg of [forward, back]) {
      expect(leg?.options).toMatchObject({
        etcd: "3.5.16",
        config: "old.yml",
        nemeses: ["kill", "rollout"],
        changes: [{ etcd: "3.5.30", config: "new.yml" }],
      });
    }
    expect(changesOf(forward)).toEqual(["n1 new", "n2 new", "n3 new"]);
    expect(changesOf(back)?.toSorted()).toEqual([
      ...["n1 new", "n1 old", "n2 new", "n2 old", "n3 new", "n3 old"],
    ]);
    expect(asked.map(({ changesPlanned }) => changesPlanned)).toEqual([0, 0, 3, 6]);
  });

  it("runs the new one without a file where it has none", async () => {
    const { asked } = await madeWith((leg) => resultOf(leg), {
      change: { rounds: 1, to: { etcd: "3.5.30" } },
    });
    expect(asked[1]?.options).not.toHaveProperty("config");
  });

  it("leaves one node as it is before the way back, where there would be none else", async () => {
    const { asked } = await madeWith((leg) => resultOf(leg), {
      change: { rounds: 1, leavesOne: true },
    });
    expect(changesOf(asked[2])).toHaveLength(3);
    expect(changesOf(asked[3])?.toSorted()).toEqual(["n1 new", "n1 old", "n2 new", "n2 old"]);
  });

  it("has time for all changes in the shortest load that it may have", async () => {
    for (const nodes of [1, 3, 5, 7]) {
      const least = { ...common, nodes, timeLimitMs: leastTimeLimitMs(nodes) };
      for (const faults of [[], [kill], [kill, { ...kill, healedAtNs: 1e12 }]]) {
        const { asked } = await madeWith((leg) => ({ ...resultOf(leg), faults }), {
          change: { rounds: 1, common: least },
        });
        expect(asked.map(({ changesLeft }) => changesLeft)).toEqual([0, 0, 0, 0]);
      }
    }
  });

  it("ends at a violation", async () => {
    const { runs, endedEarly } = await madeWith((leg, number) =>
      resultOf(leg, { outcome: number === 3 ? "invalid" : "valid" }),
    );
    expect(runs.map(({ leg }) => leg)).toEqual(["baseline", "candidate", "forward"]);
    expect(endedEarly).toMatchObject({ by: "violation" });
  });

  it("tries a run once more whose infrastructure failed, and ends where it fails again", async () => {
    const failed = { outcome: "failed", sentence: "The engine died." } as const;
    const once = await madeWith((leg, number) => resultOf(leg, number === 2 ? failed : {}));
    expect(once.runs).toHaveLength(8);
    expect(once.again).toEqual(["candidate: The engine died."]);
    const twice = await madeWith((leg, number) => resultOf(leg, number >= 2 ? failed : {}));
    expect(twice.runs.map(({ outcome }) => outcome)).toEqual(["valid", "failed"]);
    expect(twice.endedEarly).toEqual({ by: "failure", why: "The engine died." });
    const never = await madeWith(() => new HarnessError("The engine died."));
    expect(never).toMatchObject({ runs: [], endedEarly: { by: "failure" } });
    expect(never.asked).toHaveLength(2);
  });

  it("ends in order when it is interrupted", async () => {
    const { runs, endedEarly } = await madeWith((leg) => resultOf(leg), { interruptAfter: 2 });
    expect(runs).toHaveLength(2);
    expect(endedEarly).toEqual({ by: "interrupt", why: "SIGINT" });
  });

  it("tells nobody's bug as a failure of the harness", async () => {
    await expect(madeWith(() => new UsageError("no"))).rejects.toThrow(UsageError);
  });
});

function changesOf(leg: LegToRun | undefined): string[] | undefined {
  return leg?.plannedFaults
    ?.filter(({ spec }) => spec.nemesis === "rollout")
    .map(({ spec }) => `${spec.nodes.join()} ${(spec as { to?: string }).to ?? ""}`);
}
