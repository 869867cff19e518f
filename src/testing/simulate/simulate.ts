import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BugName } from "../../cluster/simulated/bugs.js";
import { type Conditions, usualConditions } from "../../cluster/simulated/cluster.js";
import { simulatedTestBed } from "../../cluster/simulated/test-bed.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { type Judged, judgeHistory } from "../../judge/judge-history.js";
import { recordRun, type Shell } from "../../run-test.js";
import { newProgress } from "../../runner/progress.js";
import { openRunFolder, type RunFolder } from "../../store/run-folder.js";
import type { TestOptions, TestRun } from "../../test-options.js";

/** A run in virtual time that leaves nothing behind but its verdict. */
export interface Trial extends Omit<TestOptions, keyof typeof same> {
  readonly bugs: readonly BugName[];
  readonly conditions: Conditions;
}

/** What is the same for all of them. */
const same = {
  cluster: "simulated",
  etcd: "",
  tls: false,
  data: "tmpfs",
  requestTimeoutMs: 1_000,
  recoveryLimitMs: 60_000,
  checkerTimeoutMs: 60_000,
  checkerMemoryMb: 2_000,
  results: "",
  keep: false,
} as const;

export const usualTrial: Omit<Trial, "seed"> = {
  workload: "register",
  nemeses: [],
  nodes: 5,
  timeLimitMs: 10_000,
  rate: 200,
  concurrency: 10,
  opsPerKey: 200,
  serializable: false,
  nemesisIntervalMs: 3_000,
  bugs: [],
  conditions: usualConditions,
};

export interface TrialResult extends Judged {
  /** `history.ndjson` as it was written. */
  readonly bytes: Buffer;
}

/** The whole of a run, from the cluster's start to the verdict, for one seed. */
export async function simulate(trial: Trial): Promise<TrialResult> {
  const path = mkdtempSync(join(tmpdir(), "ordeal-simulate-"));
  const folder = openRunFolder(path);
  const run = runOf(trial, folder);
  try {
    // What was recorded until a failure is judged all the same, as after any run.
    await run.bed.inItsTime(() => recordRun(run, silent()));
    const judged = await judgeHistory(folder.history, {
      deadlineMs: run.options.checkerTimeoutMs,
      memoryMb: run.options.checkerMemoryMb,
      judgedAt: new Date(0).toISOString(),
    });
    return { ...judged, bytes: readFileSync(folder.history) };
  } finally {
    rmSync(path, { recursive: true });
  }
}

function runOf({ conditions, ...trial }: Trial, folder: RunFolder): TestRun {
  const { nodes, bugs, seed } = trial;
  return {
    run: `trial-${seed}`,
    command: "",
    folder,
    bed: simulatedTestBed({ nodes, bugs, random: seededRandom(seed).fork("cluster"), conditions }),
    options: { ...trial, ...same },
  };
}

function silent(): Shell {
  return { log: () => undefined, progress: newProgress(), signal: new AbortController().signal };
}
