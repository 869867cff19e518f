import { HarnessError } from "../../core/errors.js";
import type { History } from "../../core/history.js";
import { readRun } from "../../judge/judge-history.js";
import type { TestResult } from "../../run-test.js";
import type { RunFolder } from "../../store/run-folder.js";
import { figuresOf } from "./measure/figures.js";
import type { LegResult, LegToRun } from "./rollout.js";

export interface RanLeg {
  readonly leg: LegToRun;
  readonly result: TestResult;
  readonly folder: RunFolder;
  /** Of the folder, relative to the rollout's. */
  readonly folderName: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly wallMs: number;
  readonly command: string;
}

/** What came of a run, measured by its history. */
export async function legResultOf(ran: RanLeg): Promise<LegResult> {
  const { leg, result, folder, folderName, startedAt, wallMs, command } = ran;
  const { verdict, failure } = result;
  const history = await historyIn(folder);
  const isFailure = failure !== undefined && verdict.validity !== "invalid";
  const findings = Object.entries(verdict.checkers).flatMap(([checker, one]) =>
    one.validity === "valid" ? [] : [{ checker, message: one.findings[0]?.message ?? one.summary }],
  );
  return {
    run: {
      leg: leg.leg,
      round: leg.round,
      seed: leg.options.seed,
      startedAt,
      wallMs: Math.round(wallMs),
      outcome: isFailure ? "failed" : verdict.validity,
      sentence: isFailure ? failure.message : verdict.sentence,
      findings,
      command,
      folder: folderName,
      changesPlanned: leg.changesPlanned,
      ...(history && { figures: figuresOf(history) }),
    },
    faults: history?.faults ?? [],
  };
}

/** Undefined where it cannot be read, which its verdict tells as well. */
async function historyIn({ history: path }: RunFolder): Promise<History | undefined> {
  try {
    const { history } = await readRun(path, {});
    return history;
  } catch (error) {
    if (error instanceof HarnessError) return undefined;
    throw error;
  }
}
