import { exitCodes } from "../../core/run.js";
import { type CellOutcome, cellResults, worstOf } from "./cell-results.js";
import {
  type Cell,
  cellName,
  type EndOfNight,
  type Night,
  type NightRun,
  type NightTally,
  tallyOf,
} from "./night.js";

/** `summary.json`: a night for programs. */
export interface NightSummary {
  readonly ordeal: "soak-summary";
  readonly version: 1;
  /** Its name. */
  readonly night: string;
  /** The version of ordeal itself. */
  readonly tool: string;
  readonly seed: number;
  /** As the command line says it. */
  readonly budget: string;
  /** Absent for a whole night. */
  readonly shard?: { readonly part: number; readonly of: number };
  /** Absent while it goes on, or where it was killed. */
  readonly ended?: EndOfNight;
  /** What everybody who reads of it must know about its clusters. */
  readonly caveat?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly exitCode: number;
  readonly tally: NightTally;
  readonly cells: readonly {
    readonly cell: Cell;
    readonly name: string;
    /** The worst of its runs. */
    readonly outcome: CellOutcome;
    /** How many runs came to an end. */
    readonly runs: number;
  }[];
  readonly violations: readonly Violation[];
}

/** A run that found a violation. `cell` is the cell's name, `folder` is relative to the night's. */
export interface Violation extends Pick<
  NightRun,
  "number" | "attempt" | "seed" | "sentence" | "findings" | "command" | "folder" | "kept"
> {
  readonly cell: string;
}

export function summaryOf(night: Night): NightSummary {
  const { name, tool, seed, budget, shard, ended, caveat, startedAt, runs } = night;
  return {
    ordeal: "soak-summary",
    version: 1,
    night: name,
    tool,
    seed,
    budget,
    ...(shard && { shard }),
    ...(ended && { ended }),
    ...(caveat !== undefined && { caveat }),
    startedAt,
    exitCode: exitCodeOf(night),
    tally: tallyOf(runs),
    cells: cellResults(night).map((result) => ({
      cell: result.cell,
      name: result.name,
      outcome: result.outcome,
      runs: result.runs.length,
    })),
    violations: runs.filter(({ outcome }) => outcome === "invalid").map(violationOf),
  };
}

function violationOf(run: NightRun): Violation {
  const { number, attempt, cell, seed, sentence, findings, command, folder, kept } = run;
  return {
    number,
    attempt,
    cell: cellName(cell),
    seed,
    sentence,
    findings,
    command,
    ...(folder !== undefined && { folder }),
    kept,
  };
}

/**
 * A violation wins over everything else. A night in which nothing ran is no pass, nor is one that
 * did not come to its end, whatever its runs have shown until then.
 */
export function exitCodeOf({ runs, ended }: Pick<Night, "runs" | "ended">): number {
  const code = codes[worstOf(runs)];
  if (code !== exitCodes.valid) return code;
  return ended === "budget" || ended === "until-failure" ? code : codeOfHalfANight(ended);
}

function codeOfHalfANight(ended: EndOfNight | undefined): number {
  return ended === "disk" ? exitCodes.harness : exitCodes.unknown;
}

const codes: Readonly<Record<CellOutcome, number>> = {
  invalid: exitCodes.invalid,
  failed: exitCodes.harness,
  "not reached": exitCodes.harness,
  unknown: exitCodes.unknown,
  valid: exitCodes.valid,
};
