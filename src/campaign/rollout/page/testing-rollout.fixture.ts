import { harmful, harmless, uncertain } from "./testing-rollout-comparisons.fixture.js";
import {
  changeNemesis,
  type FaultFigures,
  type Leg,
  type LegRun,
  legs,
  type RolloutRecord,
  type RunFigures,
} from "../rollout-record.js";

const seconds = 40;
const nodes = ["n1", "n2", "n3"];

/** Two rounds in which nothing speaks against the change. */
export function lifelikeRollout(rest: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    ordeal: "rollout",
    version: 1,
    tool: "0.1.0",
    startedAt: "2026-11-27T22:00:00.000Z",
    command:
      "npx ordeal rollout --from configs/old.yml --to configs/new.yml --from-etcd 3.5.30 --to-etcd 3.6.1 --workload register --nemesis kill,partition --time-limit 40s --repeat 2 --seed 4711",
    from: { etcd: "3.5.30", version: "3.5.30", sha256: "a".repeat(64), config: "configs/old.yml" },
    to: { etcd: "3.6.1", version: "3.6.1", sha256: "b".repeat(64), config: "configs/new.yml" },
    differences: [
      { key: "election-timeout", from: 1000, to: 2500 },
      { key: "heartbeat-interval", from: 100, to: 250 },
      { key: "log-level", from: "info", to: "warn" },
      { key: "max-request-bytes", to: 3_145_728 },
    ],
    remarks: [
      { key: "etcd", kind: "note", sentence: "3.6 reads what 3.5 wrote, one minor at a time." },
      {
        key: "election-timeout",
        kind: "dangerous",
        sentence: "Clients wait longer for a new leader after one is lost.",
      },
      { key: "max-request-bytes", kind: "note", sentence: "No request here is that large." },
      {
        key: "data-dir",
        kind: "untested",
        sentence: "Every node has a data directory of its own here, whatever the files say.",
      },
    ],
    nodes: nodes.length,
    workload: "register",
    nemeses: ["kill", "partition"],
    timeLimitMs: seconds * 1000,
    rate: 400,
    rounds: 2,
    seed: 4711,
    thresholds: {
      availabilityPoints: 1,
      outageMs: 2000,
      latencyPercent: 25,
      throughputPercent: 10,
      leaderChanges: 0.5,
    },
    runs: [1, 2].flatMap((round) => legs.map((leg) => legRunOf({ leg, round }))),
    comparisons: harmless,
    verdict: {
      verdict: "safe",
      reasons: [
        "All 8 runs are valid.",
        "Each of the 12 figures that are judged is within what is allowed.",
      ],
      exitCode: 0,
    },
    ...rest,
  };
}

/** A violation while nodes were changed. */
export function unsafeRollout(): RolloutRecord {
  const record = lifelikeRollout();
  const runs = record.runs.map((run) =>
    run.leg === "forward" && run.round === 2 ? { ...run, ...aViolation } : run,
  );
  return {
    ...record,
    runs,
    comparisons: harmful,
    verdict: {
      verdict: "unsafe",
      reasons: [
        "Round 2, while nodes were changed: linearizable: register/17 has no order.",
        "Availability while changing is certainly more than 1 point lower than before.",
      ],
      exitCode: 1,
    },
  };
}

const aViolation: Partial<LegRun> = {
  outcome: "invalid",
  sentence: "A promise was broken: an answer contradicts one that was given before it.",
  findings: [
    {
      checker: "linearizable",
      message:
        "register/17: process 4 on n2 read 881 at 31.202 s, though process 9 on n3 had been told at 30.911 s that 884 was written over it",
    },
    { checker: "monotonicRevision", message: "revision went from 9,412 back to 9,407" },
  ],
};

export function unprovenRollout(): RolloutRecord {
  const { differences, remarks } = lifelikeRollout();
  return lifelikeRollout({
    differences: [...differences, { key: "unsafe-no-fsync", to: true }],
    remarks: [
      ...remarks,
      {
        key: "unsafe-no-fsync",
        kind: "unprovable",
        sentence: "A machine that loses power loses writes that were answered.",
      },
    ],
    comparisons: uncertain,
    pointOfNoReturn:
      "There is a way back only as long as one member still runs etcd 3.5.30: one node is never changed.",
    verdict: {
      verdict: "not proven",
      reasons: [
        "The interval of the recovery after a kill reaches beyond the 2 s that are allowed.",
        "unsafe-no-fsync: a machine that loses power loses writes that were answered.",
      ],
      exitCode: 2,
    },
  });
}

/** One round, broken off: no figures at all of the one run that began last. */
export function brokenRollout(): RolloutRecord {
  return lifelikeRollout({
    rounds: 2,
    endedEarly: { by: "interrupt", why: "SIGINT" },
    runs: [
      legRunOf({ leg: "baseline", round: 1 }),
      legRunOf({
        leg: "candidate",
        round: 1,
        outcome: "failed",
        sentence: "n3 did not come up within 60 s.",
        figures: undefined,
      }),
    ],
    comparisons: [
      {
        leg: "candidate",
        metric: "availability",
        title: "availability",
        unit: "%",
        scale: "difference",
        worse: "lower",
        pairs: [],
        answer: "unmeasured",
        threshold: 1,
        judgement: "open",
      },
    ],
    verdict: {
      verdict: "not proven",
      reasons: ["SIGINT came before all rounds were made."],
      exitCode: 2,
    },
  });
}

type LegRunRest = Partial<Omit<LegRun, "figures">> & {
  readonly figures?: RunFigures | undefined;
};

/** A valid run, but for what is said otherwise. */
export function legRunOf({ leg = "baseline", round = 1, ...rest }: LegRunRest): LegRun {
  const seed = 4710 + round;
  const { figures, ...others } = { figures: figuresOf(leg, round), ...rest };
  return {
    leg,
    round,
    seed,
    startedAt: "2026-11-27T22:00:00.000Z",
    wallMs: 61_500,
    outcome: "valid",
    sentence: "All answers can be explained.",
    findings: [],
    command: `npx ordeal test --workload register --nemesis kill,partition --time-limit 40s --seed ${seed}`,
    folder: `round-${round}/${leg}`,
    changesPlanned: isChanging(leg) ? nodes.length : 0,
    ...others,
    ...(figures && { figures }),
  };
}

function isChanging(leg: Leg): boolean {
  return leg === "forward" || leg === "back";
}

export function figuresOf(leg: Leg, round: number): RunFigures {
  const faults = [...faultsOf(leg, round), ...(isChanging(leg) ? changesOf(leg) : [])].sort(
    (a, b) => a.injectedAtMs - b.injectedAtMs,
  );
  const ok = Array.from({ length: seconds }, (_, second) => okIn(second, { leg, round, faults }));
  const sum = ok.reduce((total, count) => total + count, 0);
  return {
    seconds,
    operations: { ok: sum, fail: 180 * round, info: 31 },
    errors: { Unavailable: 150 * round, DeadlineExceeded: 61 },
    latencyMs: { p50: 2.1, p95: 6.4, p99: 18 },
    calm: {
      seconds: 14,
      operations: { ok: 5_590, all: 5_600 },
      latencyMs: { p50: 2, p95: 4.1, p99: 7.5 },
    },
    elsewhere: { ok: sum, all: sum + 150, longestOutageMs: 40 },
    longestOutageMs: leg === "baseline" ? 1_240 : 2_610,
    leaderChanges: { all: 3, calm: 0 },
    faults,
    timeline: {
      ok,
      failed: ok.map((count) => 400 - count),
      p99Ms: ok.map((count) => (count === 0 ? null : 20 - count / 40)),
    },
  };
}

const schedule = [
  { nemesis: "kill", description: "kill n2", nodes: ["n2"], atMs: 5_000 },
  { nemesis: "partition", description: "cut n1 off from n2, n3", nodes: ["n1"], atMs: 16_000 },
  { nemesis: "kill", description: "kill the leader n3", nodes: ["n3"], atMs: 28_000 },
];

function faultsOf(leg: Leg, round: number): readonly FaultFigures[] {
  const shift = 40 * round + 15 * legs.indexOf(leg);
  const isOld = leg === "baseline";
  // Where nodes are changed the schedule may have to give way.
  const own = leg === "forward" ? schedule.filter(({ atMs }) => atMs !== 16_000) : schedule;
  return own.map(({ atMs, ...spec }, number) => ({
    ...spec,
    injectedAtMs: atMs + shift,
    inForceAtMs: atMs + shift + 80,
    healedAtMs: atMs + shift + 5_000,
    overAtMs: atMs + shift + 5_900,
    operations: { ok: 1_870 - 90 * number - (isOld ? 0 : 40 * round), all: 2_000 },
    outageMs: (isOld ? 900 : 1_400) + 210 * number,
    ...((number < 2 || isOld) && { recoveryMs: (isOld ? 700 : 980) + 130 * number + 20 * round }),
    ...(number === 1 && leg === "back" && { trouble: "no packet was seen to be dropped" }),
  }));
}

function changesOf(leg: Leg): readonly FaultFigures[] {
  return nodes.map((node, number) => ({
    nemesis: changeNemesis,
    description: `${node} is restarted with ${leg === "forward" ? "the new set-up" : "the old set-up again"}`,
    nodes: [node],
    injectedAtMs: 11_000 + 12_000 * number,
    inForceAtMs: 11_200 + 12_000 * number,
    healedAtMs: 12_900 + 12_000 * number,
    overAtMs: 13_400 + 12_000 * number,
    operations: { ok: 610 - 30 * number, all: 700 },
    outageMs: 450 + 90 * number,
    recoveryMs: 510 + 40 * number,
  }));
}

function okIn(
  second: number,
  about: { readonly leg: Leg; readonly round: number; readonly faults: readonly FaultFigures[] },
): number {
  const isDown = (from: number, length: number) => second >= from && second < from + length;
  const hit = about.faults.find(({ injectedAtMs, healedAtMs = 0 }) =>
    isDown(Math.floor(injectedAtMs / 1000), (healedAtMs - injectedAtMs) / 1000),
  );
  const wobble = ((second * 37 + about.round * 11 + legs.indexOf(about.leg) * 7) % 19) - 9;
  const usual = 396 - Math.max(0, wobble) - legs.indexOf(about.leg) * 4;
  if (!hit) return usual;
  const begin = Math.floor(hit.injectedAtMs / 1000);
  if (hit.description.includes("leader") && isDown(begin, 2)) return second === begin ? 61 : 0;
  return hit.nemesis === changeNemesis ? usual - 120 : usual - 90 + wobble;
}
