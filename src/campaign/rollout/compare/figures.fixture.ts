import type { FaultFigures, LegRun, RunFigures } from "../rollout-record.js";

/** A minute of 6,000 operations, half of it calm, in which nothing went wrong. */
export function figuresWith(rest: Partial<RunFigures> = {}): RunFigures {
  return {
    seconds: 60,
    operations: { ok: 6_000, fail: 0, info: 0 },
    errors: {},
    latencyMs: { p50: 2, p95: 4, p99: 8 },
    calm: {
      seconds: 30,
      operations: { ok: 3_000, all: 3_000 },
      latencyMs: { p50: 2, p95: 4, p99: 8 },
    },
    elsewhere: { ok: 6_000, all: 6_000, longestOutageMs: 20 },
    longestOutageMs: 200,
    leaderChanges: { all: 2, calm: 0 },
    faults: [],
    timeline: { ok: [], failed: [], p99Ms: [] },
    ...rest,
  };
}

/** Of five seconds, and never seen in force. */
export const unseenFault: FaultFigures = {
  nemesis: "kill",
  description: "etcd on n1 is killed",
  nodes: ["n1"],
  injectedAtMs: 10_000,
  healedAtMs: 15_000,
  overAtMs: 16_000,
  operations: { ok: 500, all: 500 },
  outageMs: 100,
};

/** Seen in force and over, though nobody knows when it was recovered from. */
export const unrecoveredFault: FaultFigures = { ...unseenFault, inForceAtMs: 10_100 };

/** Seen in force and over, with clients served all along. */
export function faultWith(rest: Partial<FaultFigures> = {}): FaultFigures {
  return { ...unrecoveredFault, recoveryMs: 800, ...rest };
}

type Named = Pick<LegRun, "leg" | "round"> & Partial<LegRun>;

export function legRunWith(rest: Named): LegRun {
  return { figures: figuresWith(), ...unmeasuredRunWith(rest) };
}

export function unmeasuredRunWith(rest: Named): LegRun {
  return {
    seed: 7,
    startedAt: "2024-01-01T00:00:00.000Z",
    wallMs: 70_000,
    outcome: "valid",
    sentence: "No violation was found.",
    findings: [],
    command: "npx ordeal test",
    folder: `${rest.leg}-${rest.round}`,
    changesPlanned: 0,
    ...rest,
  };
}
