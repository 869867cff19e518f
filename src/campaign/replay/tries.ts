import { HarnessError } from "../../core/errors.js";
import type { PlannedFault, RunVerdict } from "../../core/run.js";
import type { TestBed } from "../../core/test-bed.js";
import type { TestResult } from "../../run-test.js";
import { createRunFolder, type RunFolder } from "../../store/run-folder.js";
import type { TestOptions, TestRun } from "../../test-options.js";
import { violatedIn } from "./saved-run.js";

/** What is run again and again. */
export interface Subject {
  /** Of the folders that the runs get. */
  readonly name: string;
  readonly options: TestOptions;
  /** Undefined: the nemeses choose, as the seed has them. */
  readonly plannedFaults?: readonly PlannedFault[];
  /** The command that asks for such a run; undefined where only the run's folder tells how. */
  readonly command?: string;
  /** The checkers whose violation is looked for; none: whatever is found. */
  readonly looksFor: readonly string[];
}

/** All outside that a try has to do with. */
export interface ReplayHost {
  readonly prepare: (
    options: TestOptions,
  ) => Promise<{ readonly run: string; readonly bed: TestBed }>;
  readonly run: (test: TestRun) => Promise<TestResult>;
  /** ISO 8601. */
  readonly wallTime: () => string;
  readonly signal: AbortSignal;
  readonly onTry: (tried: Try) => void;
}

/**
 * What came of a try: the violation that was looked for, only another one, none, or no telling.
 */
export type TryOutcome = "same" | "another" | "none" | "unknown";

export interface Try {
  readonly folder: RunFolder;
  readonly verdict: RunVerdict;
  readonly outcome: TryOutcome;
  /** The checkers that found a violation. */
  readonly violated: readonly string[];
  /**
   * The event by which its history shows what was looked for: the last one among the operations of
   * a finding, of that finding which needs the shortest part of the history. Undefined where it was
   * not found, or where its findings name no operations.
   */
  readonly shownBy?: number;
}

/** Why no more was tried: there was no need to, somebody interrupted it, or the harness failed. */
export type EndOfTries = "enough" | "interrupted" | HarnessError;

export interface Tried {
  readonly tries: readonly Try[];
  readonly end: EndOfTries;
}

/**
 * Runs it until it is enough. A try that was interrupted, or whose harness failed, ends it and
 * counts only where it found a violation all the same. Rejects with UsageError where such a run
 * cannot be asked for at all.
 */
export async function tryUntil(
  subjectOf: (number: number) => Subject,
  isEnough: (tries: readonly Try[]) => boolean,
  host: ReplayHost,
): Promise<Tried> {
  const tries: Try[] = [];
  const isInterrupted = () => host.signal.aborted;
  while (!isEnough(tries)) {
    if (isInterrupted()) return { tries, end: "interrupted" };
    const { tried, failure } = await tryOnce(subjectOf(tries.length), host);
    if (tried) {
      tries.push(tried);
      host.onTry(tried);
    }
    if (failure) return { tries, end: isInterrupted() ? "interrupted" : failure };
  }
  return { tries, end: "enough" };
}

interface OneTry {
  readonly tried?: Try;
  readonly failure?: HarnessError;
}

async function tryOnce(subject: Subject, host: ReplayHost): Promise<OneTry> {
  try {
    const { folder, result } = await runOnce(subject, host);
    const failure =
      result.failure ?? (host.signal.aborted ? new HarnessError(interrupted) : undefined);
    const tried = judged(subject, folder, result.verdict);
    if (!failure) return { tried };
    return isViolation(tried) ? { tried, failure } : { failure };
  } catch (error) {
    if (error instanceof HarnessError) return { failure: error };
    throw error;
  }
}

const interrupted = "the run was interrupted";

async function runOnce(subject: Subject, host: ReplayHost) {
  const { name, options, plannedFaults, command } = subject;
  const { run, bed } = await host.prepare(options);
  const folder = createRunFolder(options.results, name, host.wallTime());
  const result = await host.run({
    run,
    bed,
    folder,
    options,
    command: command ?? replayCommandFor(folder),
    ...(plannedFaults && { plannedFaults }),
  });
  return { folder, result };
}

function judged({ looksFor }: Subject, folder: RunFolder, verdict: RunVerdict): Try {
  const violated = violatedIn(verdict);
  const found =
    looksFor.length === 0 ? violated : violated.filter((name) => looksFor.includes(name));
  const shownBy = firstShownBy(verdict, found);
  return {
    folder,
    verdict,
    violated,
    outcome: outcomeOf(verdict, { violated, found }),
    ...(shownBy !== undefined && { shownBy }),
  };
}

function outcomeOf(
  { validity }: RunVerdict,
  { violated, found }: { readonly violated: readonly string[]; readonly found: readonly string[] },
): TryOutcome {
  if (found.length > 0) return "same";
  if (violated.length > 0) return "another";
  return validity === "valid" ? "none" : "unknown";
}

function firstShownBy({ checkers }: RunVerdict, found: readonly string[]): number | undefined {
  const lasts = found
    .flatMap((name) => checkers[name]?.findings ?? [])
    .filter(({ operations }) => operations.length > 0)
    .map(({ operations }) => Math.max(...operations));
  return lasts.length === 0 ? undefined : Math.min(...lasts);
}

export function isViolation({ outcome }: Try): boolean {
  return outcome === "same" || outcome === "another";
}

/** The try that shows what was looked for by the fewest events; among equals the earliest. */
export function shortestFailing(tries: readonly Try[]): Try | undefined {
  const length = ({ shownBy }: Try) => shownBy ?? Infinity;
  return tries
    .filter(({ outcome }) => outcome === "same")
    .reduce<Try | undefined>(
      (best, tried) => (best && length(best) <= length(tried) ? best : tried),
      undefined,
    );
}

/** The command that makes the run in this folder again. */
export function replayCommandFor({ path }: RunFolder): string {
  const word = /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  return `npx ordeal replay ${word}`;
}
