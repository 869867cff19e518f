import type { Budget } from "./budget.js";

export interface Progress {
  readonly partitions: number;
  /** How many of them have a verdict. */
  readonly decided: number;
  /** Configurations that searches looked at. */
  readonly visited: number;
  readonly elapsedMs: number;
}

export interface ProgressMeter {
  add(done: { readonly decided?: number; readonly visited?: number }): void;
}

const reportEveryMs = 100;

export function createProgressMeter(
  partitions: number,
  { elapsedMs }: Budget,
  report: ((progress: Progress) => void) | undefined,
): ProgressMeter {
  let decided = 0;
  let visited = 0;
  let lastReportMs = 0;
  return {
    add(done) {
      decided += done.decided ?? 0;
      visited += done.visited ?? 0;
      if (!report || elapsedMs() - lastReportMs < reportEveryMs) return;
      lastReportMs = elapsedMs();
      report({ partitions, decided, visited, elapsedMs: lastReportMs });
    },
  };
}
