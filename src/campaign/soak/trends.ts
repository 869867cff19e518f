import { countedRuns } from "./cell-results.js";
import type { Night } from "./night.js";

/** What is compared from night to night. */
export interface Trend {
  readonly night: Night;
  readonly runs: number;
  readonly violations: number;
  readonly inconclusive: number;
  readonly failed: number;
  /** Of a run; undefined where none was judged. */
  readonly operations?: number;
  /** Of a run; undefined where none has ended. */
  readonly wallMs?: number;
}

export function trendsOf(nights: readonly Night[]): readonly Trend[] {
  return nights.map((night) => {
    const runs = countedRuns(night.runs);
    const count = (outcome: string) => runs.filter((run) => run.outcome === outcome).length;
    const operations = median(
      runs.flatMap((run) => {
        if (!run.operations) return [];
        const { ok, fail, info } = run.operations;
        return [ok + fail + info];
      }),
    );
    const wallMs = median(runs.map((run) => run.wallMs));
    return {
      night,
      runs: runs.length,
      violations: count("invalid"),
      inconclusive: count("unknown"),
      failed: count("failed"),
      ...(operations !== undefined && { operations: Math.round(operations) }),
      ...(wallMs !== undefined && { wallMs }),
    };
  });
}

/** Between the two in the middle where there are two; undefined of none. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}
