import { messageOf, UsageError } from "../core/errors.js";
import type { RunVerdict } from "../core/run.js";
import { piecesOf } from "../history/blocks.js";
import { guessFormat, guessedFrom } from "../history/formats/guess-format.js";
import { foreignFormats, judgeForeign } from "./judge-foreign.js";
import { type JudgeContext, judgeHistory } from "./judge-history.js";
import { loneHistory, type OpenedRun, openRun, type SavedHistory } from "../store/find-runs.js";

/** The format of histories that ordeal wrote itself. */
export const ownFormat = "ordeal";

/** A saved history, and what is said of it beforehand. */
export interface Question {
  /** As it was given, for whoever reads of it. */
  readonly path: string;
  /** `ownFormat` or a key of `foreignFormats`; by default it is guessed. */
  readonly format?: string;
  /** A key of `foreignModels`, for a history of another tool. */
  readonly model?: string;
  /** A key of `workloads`, for one of ours: its checkers judge in place of those of its own. */
  readonly workload?: string;
}

export interface Answer {
  readonly format: string;
  readonly verdict: RunVerdict;
}

/** Finds what is asked about: another tool's history, if it is said to be one, is a file by itself. */
export async function openQuestion({ path, format = ownFormat }: Question): Promise<OpenedRun> {
  return format === ownFormat ? openRun(path) : loneHistory(path);
}

/**
 * Judges a history, whoever wrote it. Rejects with UsageError where nobody can tell who did, and as
 * `judgeHistory` and `judgeForeign` do.
 */
export async function judgeSaved(
  { history, folder }: SavedHistory,
  question: Question,
  context: JudgeContext,
): Promise<Answer> {
  const { model, workload } = question;
  const format = folder ? ownFormat : (question.format ?? (await formatOf(history, question)));
  if (format === ownFormat) {
    if (model !== undefined) {
      throw new UsageError(
        `expected --model with the --format of another tool (${Object.keys(foreignFormats).join(", ")}): a history of ordeal names its workload itself`,
      );
    }
    const judging = judgeHistory(history, {
      ...context,
      ...(workload !== undefined && { workload }),
    });
    const { verdict } = await orSaidWhatItLooksLike(judging, history, question);
    return { format, verdict };
  }
  if (workload !== undefined) {
    throw new UsageError(
      `expected --workload with a history of ordeal, but ${question.path} is one of another tool (${format}): name what it is about with --model`,
    );
  }
  const judging = judgeForeign(history, {
    ...context,
    format,
    ...(model !== undefined && { model }),
  });
  return { format, verdict: await orSaidWhatItLooksLike(judging, history, question) };
}

/** A run's folder has the newest verdict of its own checkers; an archive is never written to. */
export function keepVerdict({ workload }: Question, run: OpenedRun, { verdict }: Answer): void {
  if (workload === undefined && !run.isCopy) run.folder?.writeVerdict(verdict);
}

async function formatOf(history: string, { path }: Question): Promise<string> {
  const known = [ownFormat, ...Object.keys(foreignFormats)].join(", ");
  const guess = await guessFor(history);
  if ("unclear" in guess) {
    throw new UsageError(
      `nobody can tell who wrote ${path}, since ${guess.unclear}: say so with --format (${known})`,
    );
  }
  if (guess.format === ownFormat || Object.hasOwn(foreignFormats, guess.format))
    return guess.format;
  throw new UsageError(
    `${path} looks like ${guess.format}, which this version of ordeal does not read: it knows ${known}`,
  );
}

/** Where the format was named and a file cannot be read as that, its looks may tell why. */
async function orSaidWhatItLooksLike<T>(
  judging: Promise<T>,
  history: string,
  { format }: Question,
): Promise<T> {
  try {
    return await judging;
  } catch (error) {
    if (!(error instanceof UsageError) || format === undefined) throw error;
    // What cannot even be read was told already.
    const guess = await guessFor(history).catch(() => undefined);
    if (!guess || !("format" in guess) || guess.format === format) throw error;
    const said = error.message.replace(/[.?]$/, "");
    throw new UsageError(`${said}; it looks like --format ${guess.format}`, { cause: error });
  }
}

async function guessFor(history: string) {
  let start = "";
  try {
    for await (const { text } of piecesOf(history)) {
      start += text;
      if (start.length >= guessedFrom) break;
    }
  } catch (cause) {
    throw new UsageError(`the history ${history} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return guessFormat(start);
}
