import type { Argv, CommandModule } from "yargs";
import { workloads } from "../../workloads/index.js";
import { UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { foreignModels } from "../judge/foreign-models.js";
import { foreignFormats } from "../judge/judge-foreign.js";
import type { JudgeContext } from "../judge/judge-history.js";
import {
  judgeSaved,
  keepVerdict,
  openQuestion,
  ownFormat,
  type Question,
} from "../judge/judge-saved.js";
import { systemClock } from "../runner/system-clock.js";
import { boundsFrom, type JudgingArguments, judgingOptions, namesFrom } from "./arguments.js";
import { checkMany } from "./check-many.js";
import { interruptible } from "./interruptible.js";
import { judgingInWords } from "./judging-in-words.js";
import { liveLine } from "./live-line.js";
import { say } from "./say.js";
import { type PrintOptions, printVerdict } from "./verdict-text.js";

interface Arguments extends JudgingArguments {
  readonly paths: readonly string[];
  readonly format: string | undefined;
  readonly model: string | undefined;
  readonly workload: string | undefined;
  readonly json: boolean;
}

export const checkCommand: CommandModule<object, Arguments> = {
  command: "check <paths..>",
  describe: "Judge saved histories again, or those of other tools; no Docker needed",

  builder: (yargs) =>
    yargs
      .positional("paths", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Runs' folders, their archives, and histories. Several are judged in parallel",
      })
      .options({
        format: {
          type: "string",
          describe: `Who wrote them: ${ownFormat}, ${Object.keys(foreignFormats).join(", ")}. Guessed by default`,
        },
        model: {
          type: "string",
          describe: `What a history of another tool is about: ${Object.keys(foreignModels).join(", ")}. Default: kv for porcupine-kv, else cas-register`,
        },
        workload: {
          type: "string",
          describe: `Judge one of ordeal as if this had been its workload: ${Object.keys(workloads).join(", ")}. No verdict is saved then`,
        },
        ...judgingOptions,
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      })
      .epilogue(
        "Of several histories each gets a line. Exit codes: 1 if any shows a violation, else 3 or 64 if any could not be judged, else 2 if any is inconclusive, else 0. --checker-memory is for all of them together, --checker-timeout for each.",
      ) as unknown as Argv<Arguments>,

  async handler({ paths, format, model, workload, json, ...judging }) {
    if (format !== undefined) {
      namesFrom("--format", [format], { [ownFormat]: ownFormat, ...foreignFormats });
    }
    if (model !== undefined) namesFrom("--model", [model], foreignModels);
    if (workload !== undefined) namesFrom("--workload", [workload], workloads);
    const about = {
      ...(format !== undefined && { format }),
      ...(model !== undefined && { model }),
      ...(workload !== undefined && { workload }),
    };
    const questions = paths.map((path): Question => ({ path, ...about }));
    const bounds = { ...boundsFrom(judging), judgedAt: systemClock().wallTime() };
    const [only, ...more] = questions;
    if (!only) throw new UsageError("expected the path of a history, got none");
    if (more.length > 0) await checkMany(questions, { ...bounds, json });
    else await watched(bounds, (context) => judgeOne(only, context, json));
  },
};

async function judgeOne(
  question: Question,
  context: JudgeContext,
  json: boolean,
): Promise<PrintOptions> {
  const run = await openQuestion(question);
  try {
    const answer = await judgeSaved(run, question, context);
    // A verdict that was cut short must not take the place of one that was not.
    if (!context.signal?.aborted) keepVerdict(question, run, answer);
    return {
      verdict: answer.verdict,
      ...(run.folder && !run.isCopy && { folder: run.folder }),
      json,
    };
  } finally {
    run.close();
  }
}

/** Shows how the judging goes on, and lets a Ctrl-C end it in order. */
async function watched(
  bounds: JudgeContext,
  judge: (context: JudgeContext) => Promise<PrintOptions>,
): Promise<void> {
  const { text, onReading, onProgress } = judgingInWords();
  const { signal, release } = interruptible({
    first: "judging no further",
    again: "leaving",
    exitCode: exitCodes.unknown,
  });
  const line = liveLine(text);
  try {
    const printed = await judge({ ...bounds, signal, onReading, onProgress });
    line.stop();
    printVerdict(printed);
    process.exitCode = printed.verdict.exitCode;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    say(
      "ordeal: INCONCLUSIVE  The check was stopped before the history was read: nothing was judged.",
    );
    process.exitCode = exitCodes.unknown;
  } finally {
    line.stop();
    release();
  }
}
