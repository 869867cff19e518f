import { type Cell, cellName, type Night, type NightRun, type RunOutcome } from "./night.js";

export type CellOutcome = RunOutcome | "not reached";

export interface CellResult {
  readonly cell: Cell;
  readonly name: string;
  /** Among the night's cells, from 0 on. */
  readonly place: number;
  /** The worst of all its runs. */
  readonly outcome: CellOutcome;
  /** Those that count. */
  readonly runs: readonly NightRun[];
  /** Those and the first attempts that were tried again, in the order of the night. */
  readonly attempts: readonly NightRun[];
}

/**
 * What came of each cell, in the order of the night. A run of a cell that is not among the night's
 * is told as well, so that no violation can be lost.
 */
export function cellResults(night: Night): readonly CellResult[] {
  const attempts = new Map<string, NightRun[]>();
  const cells = new Map<string, Cell>();
  for (const cell of [...night.cells, ...night.runs.map((run) => run.cell)]) {
    const key = keyOf(cell);
    if (cells.has(key)) continue;
    cells.set(key, cell);
    attempts.set(key, []);
  }
  for (const run of night.runs) attempts.get(keyOf(run.cell))?.push(run);
  return [...cells].map(([key, cell], place) => {
    const own = attempts.get(key) ?? [];
    const name = cellName(cell);
    return { cell, name, place, outcome: worstOf(own), runs: countedRuns(own), attempts: own };
  });
}

/** The worst that came of these runs, which decides for all of them. */
export function worstOf(runs: readonly NightRun[]): CellOutcome {
  const outcomes = new Set(countedRuns(runs).map(({ outcome }) => outcome));
  return worstFirst.find((outcome) => outcomes.has(outcome)) ?? "not reached";
}

/** A violation wins over everything else, and a run without a verdict over one that is open. */
export const worstFirst: readonly RunOutcome[] = ["invalid", "failed", "unknown", "valid"];

/** Of each run its last attempt; a violation counts even where it was tried again. */
export function countedRuns(runs: readonly NightRun[]): readonly NightRun[] {
  const last = new Map(runs.map((run) => [run.number, run]));
  return runs.filter((run) => run.outcome === "invalid" || last.get(run.number) === run);
}

/** Those that do not count, since they were tried again. */
export function retriedRuns(runs: readonly NightRun[]): readonly NightRun[] {
  const counted = new Set(countedRuns(runs));
  return runs.filter((run) => !counted.has(run));
}

/** `cellName` is for people: two paths of config files may read the same in it. */
function keyOf({ workload, nemeses, etcd, nodes, config }: Cell): string {
  return JSON.stringify([workload, nemeses, etcd, nodes, config]);
}
