import type { Validity } from "../../core/checker.js";
import { HarnessError } from "../../core/errors.js";
import type { Plan, PlannedFault, RunVerdict } from "../../core/run.js";
import type { TestBed } from "../../core/test-bed.js";
import type { TestOptions, TestRun } from "../../test-options.js";
import type { SavedRun } from "./saved-run.js";
import type { ReplayHost, Try } from "./tries.js";

export const savedOptions: TestOptions = {
  cluster: "docker",
  nodes: 3,
  etcd: "3.5.30",
  tls: false,
  data: "tmpfs",
  workload: "register",
  nemeses: ["kill"],
  bugs: [],
  timeLimitMs: 64_000,
  rate: 100,
  concurrency: 6,
  seed: 7,
  opsPerKey: 200,
  serializable: false,
  nemesisIntervalMs: 5_000,
  requestTimeoutMs: 1_000,
  recoveryLimitMs: 60_000,
  checkerTimeoutMs: 60_000,
  checkerMemoryMb: 2_048,
  results: "elsewhere",
  keep: true,
};

export const savedPlan: Plan = {
  ordeal: "plan",
  version: 1,
  run: "r1",
  tool: "0.1.0",
  startedAt: "2026-11-22T17:00:00.000Z",
  command: "npx ordeal test --seed 7",
  options: { ...savedOptions },
  seed: 7,
  nodes: ["n1", "n2", "n3"],
  etcd: {},
  config: {},
  schedule: [],
};

/** One fault a second, from the first second on: fault 5 is of n3 at 5 s. */
export function killsOf(count: number): PlannedFault[] {
  return Array.from({ length: count }, (_, index) => {
    const node = `n${(index % 3) + 1}`;
    const spec = { nemesis: "kill", nodes: [node], description: `${node} is killed (${index})` };
    return { spec, atNs: (index + 1) * 1e9, durationNs: 5e8 };
  });
}

export function savedRun(changes: Partial<SavedRun> = {}): SavedRun {
  return {
    path: "elsewhere/register-kill/one",
    history: "elsewhere/register-kill/one/history.ndjson",
    name: "register-kill",
    plan: savedPlan,
    options: savedOptions,
    faults: killsOf(3),
    violated: ["linearizable"],
    ...changes,
  };
}

export function verdictOf(
  validities: Readonly<Record<string, Validity>>,
  operations: readonly number[] = [],
): RunVerdict {
  const checkers = Object.entries(validities).map(([name, validity]) => {
    const findings = validity === "invalid" ? [{ message: "it is wrong", operations }] : [];
    return [name, { validity, summary: "", findings }] as const;
  });
  const all = Object.values(validities);
  const validity = (["invalid", "unknown"] as const).find((bad) => all.includes(bad)) ?? "valid";
  return {
    ordeal: "verdict",
    version: 1,
    run: "r1",
    judgedAt: "",
    validity,
    sentence: "",
    exitCode: 0,
    checkers: Object.fromEntries(checkers),
    incomplete: false,
  };
}

export interface FakeHost extends ReplayHost {
  /** All runs that were made. */
  readonly runs: TestRun[];
  readonly stop: AbortController;
  readonly discarded: string[];
  readonly onCandidate: () => void;
  readonly discard: (tries: readonly Try[]) => void;
}

/** Runs nothing: what comes of a run is said by `outcome`. */
export function fakeHost(outcome: (test: TestRun, number: number) => RunVerdict): FakeHost {
  const runs: TestRun[] = [];
  const stop = new AbortController();
  const discarded: string[] = [];
  return {
    runs,
    stop,
    discarded,
    signal: stop.signal,
    prepare: () => Promise.resolve({ run: "again", bed: { label: "fake" } as TestBed }),
    run(test) {
      runs.push(test);
      return Promise.resolve({ verdict: outcome(test, runs.length) });
    },
    wallTime: () => "2026-11-22T18:00:00.000Z",
    onTry: () => undefined,
    onCandidate: () => undefined,
    discard(tries) {
      discarded.push(...tries.map(({ folder }) => folder.path));
    },
  };
}

export function failingHarness(message: string): () => never {
  return () => {
    throw new HarnessError(message);
  };
}
