import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { workloads } from "../../../workloads/index.js";
import { simulatedCapabilities } from "../../cluster/simulated/capabilities.js";
import { simulatedTestBed } from "../../cluster/simulated/test-bed.js";
import type { Validity } from "../../core/checker.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { readRun } from "../../judge/judge-history.js";
import { recordRun } from "../../run-test.js";
import { newProgress } from "../../runner/progress.js";
import { openRunFolder, type RunFolder } from "../../store/run-folder.js";
import type { TestRun } from "../../test-options.js";
import { usualTrial } from "./simulate.js";

/** A load of 1,000 requests a second for so many seconds of virtual time, on one node, no faults. */
export interface LongRun {
  readonly workload: string;
  readonly seconds: number;
}

export interface CheckerTimes {
  readonly events: number;
  readonly checkers: readonly {
    readonly name: string;
    readonly validity: Validity;
    /** CPU of all threads, garbage collection included. */
    readonly cpuMs: number;
  }[];
}

/** Those whose runs must end valid, and that ask for anything. */
export const timedWorkloads: readonly string[] = Object.entries(workloads).flatMap(
  ([name, { demonstrates, needs = [] }]) =>
    demonstrates === undefined &&
    name !== "none" &&
    needs.every((need) => simulatedCapabilities.has(need))
      ? [name]
      : [],
);

const limits = { deadlineMs: 600_000, memoryMb: 8_000 };

/** How long each checker of a workload takes for the history of a long run. */
export async function timeCheckers(run: LongRun): Promise<CheckerTimes> {
  const path = mkdtempSync(join(tmpdir(), "ordeal-long-run-"));
  try {
    const folder = openRunFolder(path);
    await record(run, folder);
    const { workload, history } = await readRun(folder.history, {});
    const checkers = [];
    for (const [name, checker] of Object.entries(workload.checkers)) {
      globalThis.gc?.();
      const before = cpuUsage();
      const { validity } = await checker.check(history, limits);
      const { user, system } = cpuUsage(before);
      checkers.push({ name, validity, cpuMs: (user + system) / 1000 });
    }
    return { events: history.events, checkers };
  } finally {
    rmSync(path, { recursive: true });
  }
}

async function record({ workload, seconds }: LongRun, folder: RunFolder): Promise<void> {
  const seed = 1;
  const { conditions, ...trial } = usualTrial;
  const nodes = 1;
  const random = seededRandom(seed).fork("cluster");
  const run: TestRun = {
    run: `long-run-${workload}`,
    command: "",
    folder,
    bed: simulatedTestBed({ nodes, bugs: [], random, conditions }),
    options: {
      ...trial,
      ...{ seed, workload, nodes, timeLimitMs: seconds * 1000, rate: 1_000 },
      ...{ cluster: "simulated", etcd: "", tls: false, data: "tmpfs", results: "", keep: false },
      ...{ requestTimeoutMs: 1_000, recoveryLimitMs: 60_000 },
      ...{ checkerTimeoutMs: limits.deadlineMs, checkerMemoryMb: limits.memoryMb },
    },
  };
  const shell = {
    log: () => undefined,
    progress: newProgress(),
    signal: new AbortController().signal,
  };
  const failure = await run.bed.inItsTime(() => recordRun(run, shell));
  if (failure) throw failure;
}
