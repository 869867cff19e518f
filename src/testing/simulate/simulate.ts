import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nemeses } from "../../../nemeses/index.js";
import { workloads } from "../../../workloads/index.js";
import type { BugName } from "../../cluster/simulated/bugs.js";
import { type Conditions, usualConditions } from "../../cluster/simulated/cluster.js";
import { simulatedTestBed } from "../../cluster/simulated/test-bed.js";
import { HarnessError } from "../../core/errors.js";
import { historyVersion } from "../../core/history.js";
import type { Nemesis } from "../../core/nemesis.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { openHistoryWriter } from "../../history/writer.js";
import { type Judged, judgeHistory } from "../../judge-history.js";
import { drive } from "../../runner/drive.js";
import { newProgress } from "../../runner/progress.js";

/** A run in virtual time that leaves nothing behind but its verdict. */
export interface Trial {
  readonly seed: number;
  readonly workload: string;
  readonly nemeses: readonly string[];
  readonly nodes: number;
  readonly timeLimitMs: number;
  readonly rate: number;
  readonly concurrency: number;
  readonly opsPerKey: number;
  readonly serializable: boolean;
  readonly nemesisIntervalMs: number;
  readonly bugs: readonly BugName[];
  readonly conditions: Conditions;
}

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

const requestTimeoutMs = 1_000;
const recoveryLimitMs = 60_000;

/** The whole of a run, from the cluster's start to the verdict, for one seed. */
export async function simulate(trial: Trial): Promise<TrialResult> {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-simulate-"));
  const path = join(folder, "history.ndjson");
  try {
    await record(trial, path);
    const judged = await judgeHistory(path, {
      deadlineMs: 60_000,
      memoryMb: 2_000,
      judgedAt: new Date(0).toISOString(),
    });
    return { ...judged, bytes: readFileSync(path) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function record(trial: Trial, path: string): Promise<void> {
  const { seed, nodes, bugs, conditions, workload, opsPerKey, serializable } = trial;
  const random = seededRandom(seed);
  const bed = simulatedTestBed({ nodes, bugs, random: random.fork("cluster"), conditions });
  const entry = workloads[workload];
  if (!entry) throw new Error(`there is no workload "${workload}"`);
  const never = new AbortController().signal;
  await bed.inItsTime(async () => {
    const cluster = await bed.start({
      run: `trial-${seed}`,
      logsDirectory: join(path, "../logs"),
      onLogFinding: () => undefined,
      log: () => undefined,
      signal: never,
    });
    const clock = bed.startClock();
    const recorder = openHistoryWriter(
      path,
      {
        ordeal: "history",
        version: historyVersion,
        run: `trial-${seed}`,
        startedAt: clock.wallTime(),
        seed,
        cluster: { kind: bed.kind, nodes: cluster.nodes, versions: {} },
        workload: { name: workload, options: { opsPerKey, serializable } },
        nemeses: trial.nemeses,
        concurrency: trial.concurrency,
        rate: trial.rate,
        timeLimitMs: trial.timeLimitMs,
      },
      { clock },
    );
    try {
      await drive({
        cluster,
        workload: entry.make({ opsPerKey, serializable }),
        nemeses: trial.nemeses.map(nemesisNamed),
        recorder,
        clock,
        random,
        progress: newProgress(),
        processes: { highest: trial.concurrency - 1 },
        concurrency: trial.concurrency,
        rate: trial.rate,
        timeLimitMs: trial.timeLimitMs,
        requestTimeoutMs,
        nemesisIntervalMs: trial.nemesisIntervalMs,
        recoveryLimitMs,
        signal: never,
      });
    } catch (error) {
      // What was recorded until then is judged all the same, as after any run.
      if (!(error instanceof HarnessError)) throw error;
    } finally {
      // The members live on meanwhile: without them time would stand still.
      await recorder.close();
      await cluster.stop({ keep: false });
    }
  });
}

function nemesisNamed(name: string): Nemesis {
  const nemesis = nemeses[name];
  if (!nemesis) throw new Error(`there is no nemesis "${name}"`);
  return nemesis;
}
