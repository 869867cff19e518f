import type { Argv, CommandModule } from "yargs";
import { UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { foreignModels } from "../foreign-models.js";
import { foreignFormats, judgeForeign } from "../judge-foreign.js";
import { type JudgeContext, judgeHistory } from "../judge-history.js";
import { systemClock } from "../runner/system-clock.js";
import { locateHistory } from "../store/find-runs.js";
import { boundsFrom, type JudgingArguments, judgingOptions, namesFrom } from "./arguments.js";
import { interruptible } from "./interruptible.js";
import { judgingInWords } from "./judging-in-words.js";
import { liveLine } from "./live-line.js";
import { say } from "./say.js";
import { type PrintOptions, printVerdict } from "./verdict-text.js";

interface Arguments extends JudgingArguments {
  readonly path: string;
  readonly format: string;
  readonly model: string | undefined;
  readonly json: boolean;
}

/** The format of histories that ordeal wrote itself. */
const ownFormat = "ordeal";

export const checkCommand: CommandModule<object, Arguments> = {
  command: "check <path>",
  describe: "Judge a saved history again, or one of another tool; no Docker needed",

  builder: (yargs) =>
    yargs
      .positional("path", {
        type: "string",
        demandOption: true,
        describe: "A run's folder, its history.ndjson, or a history as --format says",
      })
      .options({
        format: {
          type: "string",
          default: ownFormat,
          describe: `Who wrote it: ${ownFormat}, ${Object.keys(foreignFormats).join(", ")}`,
        },
        model: {
          type: "string",
          describe: `What a history of another tool is about: ${Object.keys(foreignModels).join(", ")}. Default: kv for porcupine-kv, else cas-register`,
        },
        ...judgingOptions,
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      }) as unknown as Argv<Arguments>,

  async handler({ path, format, model, json, ...judging }) {
    namesFrom("--format", [format], { [ownFormat]: ownFormat, ...foreignFormats });
    if (model !== undefined) namesFrom("--model", [model], foreignModels);
    const bounds = { ...boundsFrom(judging), judgedAt: systemClock().wallTime() };
    if (format === ownFormat && model !== undefined) {
      throw new UsageError(
        `expected --model with the --format of another tool (${Object.keys(foreignFormats).join(", ")}): a history of ordeal names its workload itself`,
      );
    }
    await watched(bounds, async (context) => {
      const judged =
        format === ownFormat
          ? await judgeOwn(path, context)
          : {
              verdict: await judgeForeign(path, {
                ...context,
                format,
                ...(model !== undefined && { model }),
              }),
            };
      return { ...judged, json };
    });
  },
};

async function judgeOwn(path: string, context: JudgeContext): Promise<Omit<PrintOptions, "json">> {
  const { history, folder } = locateHistory(path);
  const { verdict } = await judgeHistory(history, context);
  // A verdict that was cut short must not take the place of one that was not.
  if (!context.signal?.aborted) folder?.writeVerdict(verdict);
  return { verdict, ...(folder && { folder }) };
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
