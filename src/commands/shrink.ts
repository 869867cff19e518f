import type { Argv, CommandModule } from "yargs";
import { workloads } from "../../workloads/index.js";
import { textOf } from "../campaign/shrink/excerpt.js";
import { shrink } from "../campaign/shrink/shrink.js";
import type { ShrinkJudge, ShrinkProgress } from "../campaign/shrink/trial.js";
import { checkAll } from "../checkers/check-all.js";
import { type CheckContext, worst } from "../core/checker.js";
import { UsageError } from "../core/errors.js";
import type { History, HistoryHeader } from "../core/history.js";
import { exitCodes, type RunVerdict } from "../core/run.js";
import { violationCheckers } from "../judge/general-checkers.js";
import { type JudgeContext, judgeHistory } from "../judge/judge-history.js";
import { saveReport } from "../run-test.js";
import { systemClock } from "../runner/system-clock.js";
import { openRun } from "../store/find-runs.js";
import { boundsFrom, type JudgingArguments, judgingOptions, namesFrom } from "./arguments.js";
import { interruptible } from "./interruptible.js";
import { judgingInWords } from "./judging-in-words.js";
import { liveLine } from "./live-line.js";
import { say } from "./say.js";
import { printShrunk, shrinkingInWords, type ShrunkWords } from "./shrunk-in-words.js";
import { type ShrunkOutput, shrunkOutput } from "./shrunk-output.js";

interface Arguments extends JudgingArguments {
  readonly path: string;
  readonly out: string | undefined;
  readonly checker: string | undefined;
  readonly json: boolean;
}

export const shrinkCommand: CommandModule<object, Arguments> = {
  command: "shrink <path>",
  describe: "Find the smallest history that still fails the same checker; exit 1 as it fails",

  builder: (yargs) =>
    yargs
      .positional("path", {
        type: "string",
        demandOption: true,
        describe: "A run's folder, or its history.ndjson",
      })
      .options({
        out: {
          type: "string",
          describe:
            "File for the smaller history; by default in a folder shrunk/ of the run's, with verdict and report",
        },
        checker: {
          type: "string",
          describe: "Whose violation to keep; by default that of the first checker that found one",
        },
        ...judgingOptions,
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      }) as unknown as Argv<Arguments>,

  async handler({ path, out, checker, json, ...judging }) {
    const bounds = { ...boundsFrom(judging), judgedAt: systemClock().wallTime() };
    const saved = await openRun(path);
    try {
      // Of an archive nothing is written into the copy that was unpacked: it is gone afterwards.
      const output = shrunkOutput(out, saved.isCopy ? { history: path } : saved);
      const asked = { path, history: saved.history, checker, output };
      const shrunk = await watched(bounds, (watch) => shrinkSaved(asked, watch));
      if (shrunk) printShrunk(shrunk, json);
      process.exitCode = shrunk?.verdict.exitCode ?? exitCodes.unknown;
    } finally {
      saved.close();
    }
  },
};

interface Asked {
  /** As it was given. */
  readonly path: string;
  readonly history: string;
  readonly checker: string | undefined;
  readonly output: ShrunkOutput;
}

interface Watch extends JudgeContext {
  readonly signal: AbortSignal;
  readonly onShrinking: (progress: ShrinkProgress) => void;
}

async function shrinkSaved(
  { path, history: whole, checker: wanted, output }: Asked,
  { onShrinking, ...context }: Watch,
): Promise<ShrunkWords> {
  const { signal, deadlineMs, memoryMb, judgedAt } = context;
  const { history, verdict } = await judgeHistory(whole, context);
  signal.throwIfAborted();
  const checker = checkerIn(verdict, path, wanted);
  const shrunk = await shrink(history, {
    findings: verdict.checkers[checker]?.findings ?? [],
    judge: judgeOf(history.header, checker, { deadlineMs, memoryMb, signal }),
    signal,
    onProgress: onShrinking,
  });
  if (!shrunk) {
    signal.throwIfAborted();
    throw new UsageError(
      `the violation that ${checker} found in ${path} cannot be shrunk: it is gone where times are closed up`,
    );
  }
  output.write(textOf(shrunk.excerpt));
  // By itself, as anybody would, and whatever ended the search.
  const judged = await judgeHistory(output.history, { deadlineMs, memoryMb, judgedAt });
  if (output.folder) {
    output.folder.writeVerdict(judged.verdict);
    saveReport(output.folder, judged);
  }
  const { operations, isMinimal } = shrunk;
  const of = history.operations.length;
  return { checker, operations, of, isMinimal, output, verdict: judged.verdict };
}

/** Whose violation is to be kept. Throws UsageError where there is none. */
function checkerIn({ validity, checkers }: RunVerdict, path: string, wanted?: string): string {
  if (wanted !== undefined) namesFrom("--checker", [wanted], checkers);
  const found = Object.keys(checkers).find(
    (name) => checkers[name]?.validity === "invalid" && (wanted ?? name) === name,
  );
  if (found !== undefined) return found;
  const said = (wanted === undefined ? validity : checkers[wanted]?.validity) ?? "unknown";
  const inWords = said === "unknown" ? "inconclusive" : said;
  const by = wanted === undefined ? "" : ` by ${wanted}`;
  throw new UsageError(
    `expected a history in which a violation was found${by}, but ${path} is ${inWords}: there is nothing to shrink`,
  );
}

/** Whether enough happened is no question here. */
function judgeOf(header: HistoryHeader, checker: string, context: CheckContext): ShrinkJudge {
  const { name, options } = header.workload;
  const checkers = violationCheckers(workloads[name]?.make(options));
  const target = Object.fromEntries(Object.entries(checkers).filter(([name]) => name === checker));
  const ask = async (asked: typeof checkers, history: History) =>
    worst(Object.values(await checkAll(asked, history, context)));
  return {
    target: (history) => ask(target, history),
    findsAny: async (history) => (await ask(checkers, history)) === "invalid",
  };
}

/** Shows how it goes on, and lets a Ctrl-C end it in order. Undefined where nothing came of it. */
async function watched(
  bounds: Omit<JudgeContext, "signal">,
  work: (watch: Watch) => Promise<ShrunkWords>,
): Promise<ShrunkWords | undefined> {
  const judging = judgingInWords();
  let shrinking: ShrinkProgress | undefined;
  const { signal, release } = interruptible({
    first: "keeping the smallest history found so far",
    again: "leaving",
    exitCode: exitCodes.unknown,
  });
  const line = liveLine(() => (shrinking ? shrinkingInWords(shrinking) : judging.text()));
  const { onReading, onProgress } = judging;
  const onShrinking = (progress: ShrinkProgress) => {
    shrinking = progress;
  };
  try {
    return await work({ ...bounds, signal, onReading, onProgress, onShrinking });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    line.stop();
    say(
      "ordeal: INCONCLUSIVE  It was stopped before a smaller history was found that fails: nothing was written.",
    );
    return undefined;
  } finally {
    line.stop();
    release();
  }
}
