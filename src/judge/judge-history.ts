import { workloads } from "../../workloads/index.js";
import { knownShapes, leftOut } from "../../workloads/known-shapes.js";
import { type CheckAllContext, checkAll } from "../checkers/check-all.js";
import { coverage } from "../checkers/coverage.js";
import { secondOpinion } from "../checkers/second-opinion.js";
import { stats } from "../checkers/stats.js";
import { type Validity, type Verdict, worst } from "../core/checker.js";
import { UsageError } from "../core/errors.js";
import type { History, HistoryHeader } from "../core/history.js";
import { exitCodes, type LeftOut, type RunVerdict } from "../core/run.js";
import type { Workload } from "../core/workload.js";
import { readHistory, readHistoryHeader, type ReadProgress } from "../history/reader.js";
import { violationCheckers } from "./general-checkers.js";

export interface Judged {
  readonly history: History;
  readonly verdict: RunVerdict;
}

export interface JudgeContext extends CheckAllContext {
  /** ISO 8601. */
  readonly judgedAt: string;
  /** A key of `workloads` whose checkers judge, whatever the history was recorded with. */
  readonly workload?: string;
  readonly onReading?: (progress: ReadProgress) => void;
}

/**
 * Judges a recorded run with nothing but its history, so that a run says the same today and when a
 * checker was mended. Rejects with the signal's reason where it is aborted before all is read;
 * later, what is not judged yet is unknown.
 */
export async function judgeHistory(path: string, context: JudgeContext): Promise<Judged> {
  const { workload, history } = await readRun(path, context);
  const checkers = {
    ...violationCheckers(workload),
    // Of a workload that asks for nothing there is nothing to count.
    ...(workload.kinds.length > 0 && { stats }),
    // What a scenario has to bring about it says for itself.
    coverage: coverage(history.header.scenario ? { kinds: [] } : workload),
  };
  const verdicts = await checkAll(checkers, history, context);
  const compared = workload.opinions && secondOpinion(verdicts, workload.opinions);
  const all = { ...verdicts, ...(compared && { "second-opinion": compared }) };
  const verdict = runVerdict(all, {
    run: history.header.run,
    judgedAt: context.judgedAt,
    ...caveatOf(history.header),
    ...exceptionsOf(history.header),
    incomplete: history.torn || !history.phases.some(({ phase }) => phase === "end"),
  });
  return { history, verdict };
}

/** A recorded run, its failures classified anew by today's table, and the workload that it is of. */
export async function readRun(
  path: string,
  { signal, onReading, workload: asked }: Pick<JudgeContext, "signal" | "onReading" | "workload">,
): Promise<{ readonly workload: Workload; readonly history: History }> {
  const workload = workloadOf(await readHistoryHeader(path), asked);
  const history = await readHistory(path, {
    isReadOnly: (input) => workload.isReadOnly(input),
    ...(signal && { signal }),
    ...(onReading && { onProgress: onReading }),
  });
  return { workload, history };
}

function caveatOf({ cluster: { caveat } }: HistoryHeader): Pick<About, "caveat"> {
  return caveat === undefined ? {} : { caveat };
}

/** None in a scenario, which asks for what it wants. */
function exceptionsOf({ scenario, workload }: HistoryHeader): Pick<RunVerdict, "leftOut"> {
  if (scenario) return {};
  const names = leftOut(workload.name, workload.options.shapes);
  const exceptions = names.flatMap((shape): LeftOut[] => {
    const known = knownShapes[shape];
    if (!known) return [];
    const { issue, summary } = known;
    return [{ shape, ...(issue !== undefined && { issue }), summary }];
  });
  return exceptions.length === 0 ? {} : { leftOut: exceptions };
}

function workloadOf(header: HistoryHeader, asked = header.workload.name): Workload {
  const entry = workloads[asked];
  if (entry) return entry.make(header.workload.options);
  const known = Object.keys(workloads).join(", ");
  throw new UsageError(
    `the history was recorded with the workload "${asked}", but this version of ordeal knows only ${known}`,
  );
}

interface About extends Pick<RunVerdict, "run" | "judgedAt" | "incomplete" | "leftOut"> {
  /** A sentence that whoever reads the verdict must read as well. */
  readonly caveat?: string;
}

/** What all checkers together say. */
export function runVerdict(
  checkers: Readonly<Record<string, Verdict>>,
  { caveat, ...about }: About,
): RunVerdict {
  const validity = worst(Object.values(checkers));
  return {
    ordeal: "verdict",
    version: 1,
    ...about,
    validity,
    sentence: [sentenceOf(validity, checkers), ...(caveat === undefined ? [] : [caveat])].join(" "),
    exitCode: exitCodes[validity],
    checkers,
  };
}

/** The worst checker speaks for the run; where all is well, what was looked at is said. */
function sentenceOf(validity: Validity, checkers: Readonly<Record<string, Verdict>>): string {
  const speakers = Object.entries(checkers).filter(([, verdict]) => verdict.validity === validity);
  switch (validity) {
    case "valid":
      return `No violation was found by ${speakers.map(([name]) => name).join(", ")}.`;
    case "invalid": {
      const [first] = speakers;
      const message = first?.[1].findings[0]?.message ?? first?.[1].summary ?? "";
      return `A violation was found by ${first?.[0] ?? ""}: ${ended(message)}${alsoFoundBy(speakers.slice(1))}`;
    }
    case "unknown": {
      const reasons = speakers.map(([name, verdict]) => `${name}: ${verdict.summary}`);
      return `Inconclusive. ${reasons.join(" ")}`;
    }
  }
}

/** With a full stop: another sentence may follow. */
function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function alsoFoundBy(others: readonly (readonly [string, Verdict])[]): string {
  if (others.length === 0) return "";
  return ` So it was by ${others.map(([name]) => name).join(" and ")}.`;
}
