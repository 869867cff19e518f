import type { Comparison } from "../rollout-record.js";

type Measured = Omit<Comparison, "pairs" | "leg"> & {
  /** Old and compared, round by round. */
  readonly rounds: readonly (readonly [baseline: number, compared: number])[];
};

const within = { answer: "indistinguishable", judgement: "within" } as const;

const even = [
  [98.9, 98.7],
  [99.1, 99.1],
] as const;

const alike = [
  [720, 810],
  [860, 990],
] as const;

const throughput: Measured = {
  metric: "throughput",
  title: "throughput",
  unit: "ops/s",
  scale: "percent",
  worse: "lower",
  rounds: [
    [371, 369],
    [374, 370],
  ],
  difference: -0.8,
  interval: { low: -3.1, high: 1.4 },
  threshold: 10,
  ...within,
};

const availability: Measured = {
  metric: "availability",
  title: "availability",
  unit: "%",
  scale: "difference",
  worse: "lower",
  rounds: [
    [98.9, 96.2],
    [99.1, 96.8],
  ],
  difference: -2.5,
  interval: { low: -3.4, high: -1.6 },
  answer: "worse",
  threshold: 1,
  judgement: "beyond",
};

const recovery: Measured = {
  metric: "recovery/kill",
  title: "recovery after kill",
  unit: "ms",
  scale: "difference",
  worse: "higher",
  rounds: [
    [720, 1_010],
    [860, 2_730],
  ],
  difference: 1_080,
  interval: { low: -420, high: 2_580 },
  answer: "indistinguishable",
  threshold: 2_000,
  judgement: "open",
};

const latency: Measured = {
  metric: "latency-p99",
  title: "latency, 99th percentile",
  unit: "ms",
  scale: "percent",
  worse: "higher",
  rounds: [
    [18.2, 14.1],
    [17.6, 13.9],
  ],
  difference: -21.8,
  interval: { low: -25.2, high: -18.4 },
  answer: "better",
  threshold: 25,
  judgement: "within",
};

const leaderChanges: Measured = {
  metric: "leader-changes",
  title: "changes of leader in calm time",
  unit: "1/min",
  scale: "difference",
  worse: "higher",
  rounds: [[0, 0.2]],
  difference: 0.2,
  answer: "indistinguishable",
  threshold: 0.5,
  judgement: "open",
};

const unmeasured: Measured = {
  metric: "recovery/partition",
  title: "recovery after partition",
  unit: "ms",
  scale: "difference",
  worse: "higher",
  rounds: [],
  answer: "unmeasured",
  threshold: 2_000,
  judgement: "open",
};

const errors: Measured = {
  metric: "errors/Unavailable",
  title: "operations that end with Unavailable",
  unit: "%",
  scale: "difference",
  worse: "higher",
  rounds: [
    [0.6, 0.62],
    [0.7, 0.69],
  ],
  difference: 0.005,
  interval: { low: -0.09, high: 0.1 },
  answer: "indistinguishable",
};

const median: Measured = {
  metric: "latency-p50",
  title: "latency, median",
  unit: "ms",
  scale: "percent",
  worse: "higher",
  rounds: [
    [2.1, 2.3],
    [2, 2.2],
  ],
  difference: 9.8,
  interval: { low: 9.2, high: 10.4 },
  answer: "worse",
};

/** Of a change that does no harm: all that is judged is within. */
export const harmless: readonly Comparison[] = comparisonsOf(() => [
  throughput,
  {
    ...availability,
    difference: -0.1,
    interval: { low: -0.4, high: 0.2 },
    rounds: even,
    ...within,
  },
  { ...recovery, difference: 110, interval: { low: -80, high: 300 }, rounds: alike, ...within },
  latency,
  errors,
  median,
]);

/** Some of it is too uncertain, or was not measured at all. */
export const uncertain: readonly Comparison[] = comparisonsOf(() => [
  throughput,
  {
    ...availability,
    difference: -0.1,
    interval: { low: -0.4, high: 0.2 },
    rounds: even,
    ...within,
  },
  recovery,
  latency,
  leaderChanges,
  unmeasured,
  errors,
  median,
]);

/** Every answer, every judgement, both scales and both sides that are worse. */
export const harmful: readonly Comparison[] = comparisonsOf((leg) => [
  throughput,
  leg === "forward"
    ? availability
    : { ...availability, interval: { low: -4.5, high: -0.4 }, judgement: "open" },
  recovery,
  latency,
  leaderChanges,
  unmeasured,
  errors,
  median,
]);

function comparisonsOf(
  measured: (leg: Comparison["leg"]) => readonly Measured[],
): readonly Comparison[] {
  return (["candidate", "forward", "back"] as const).flatMap((leg) =>
    measured(leg).map(({ rounds, ...rest }) => ({
      leg,
      ...rest,
      pairs: rounds.map(([baseline, compared], index) => ({
        round: index + 1,
        baseline,
        compared,
      })),
    })),
  );
}
