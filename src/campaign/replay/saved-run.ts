import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { Plan, PlannedFault, RunVerdict } from "../../core/run.js";
import { type JudgeContext, judgeHistory } from "../../judge/judge-history.js";
import { openRun } from "../../store/find-runs.js";
import type { TestOptions } from "../../test-options.js";
import { asPlanned, optionsOf, requirePossible } from "./saved-plan.js";

/** A run that is to be made again. */
export interface SavedRun {
  readonly path: string;
  readonly history: string;
  /** Such as `register-kill-3.5.30`: what its folder lies in. */
  readonly name: string;
  readonly plan: Plan;
  readonly options: TestOptions;
  /** The faults that it was told to inject, else those that were chosen, when and for how long. */
  readonly faults: readonly PlannedFault[];
  /** The checkers that found a violation. */
  readonly violated: readonly string[];
}

/**
 * Throws UsageError where there is no plan to repeat, or where it cannot be repeated here. A run
 * that was killed before it was judged is judged now, and its faults are taken from its history.
 */
export async function loadSavedRun(path: string, context: JudgeContext): Promise<SavedRun> {
  const { history, folder } = await openRun(path);
  const plan = folder?.readPlan();
  if (!folder || !plan) {
    throw new UsageError(
      `expected a run's folder with a plan.json, but there is none beside ${history}: a history alone does not say how its cluster was made`,
    );
  }
  const planPath = join(folder.path, "plan.json");
  const options = optionsOf(plan, planPath);
  const verdict = folder.readVerdict();
  const isComplete =
    verdict !== undefined && (plan.schedule.length > 0 || options.nemeses.length === 0);
  const judged = isComplete ? undefined : await judgeHistory(history, context);
  const faults = plan.plannedFaults ?? asPlanned(judged?.history.faults ?? plan.schedule);
  requirePossible(faults, options, planPath);
  return {
    path: folder.path,
    history,
    name: nameOf(folder.path),
    plan,
    options: withNemesesOf(faults, options),
    faults,
    violated: violatedIn(judged?.verdict ?? verdict),
  };
}

/** A schedule may have been written by hand. */
function withNemesesOf(faults: readonly PlannedFault[], options: TestOptions): TestOptions {
  const planned = faults.map(({ spec }) => spec.nemesis);
  return { ...options, nemeses: [...new Set([...options.nemeses, ...planned])] };
}

export function violatedIn(verdict: RunVerdict | undefined): string[] {
  const checkers = verdict?.checkers ?? {};
  return Object.keys(checkers).filter((name) => checkers[name]?.validity === "invalid");
}

/** By way of links, such as `latest`. A replay of a replay goes by the name of the first one. */
function nameOf(folder: string): string {
  return basename(dirname(realpathSync(folder))).replace(/(-replay|-shrink)+$/, "");
}
