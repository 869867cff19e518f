import type { Argv, CommandModule } from "yargs";
import type { CheckContext } from "../core/checker.js";
import { UsageError } from "../core/errors.js";
import { foreignModels } from "../foreign-models.js";
import { foreignFormats, judgeForeign } from "../judge-foreign.js";
import { judgeHistory } from "../judge-history.js";
import { systemClock } from "../runner/system-clock.js";
import { locateHistory } from "../store/find-runs.js";
import { boundsFrom, type JudgingArguments, judgingOptions, namesFrom } from "./arguments.js";
import { printVerdict } from "./verdict-text.js";

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
    const context = { ...boundsFrom(judging), judgedAt: systemClock().wallTime() };
    if (format !== ownFormat) {
      const verdict = await judgeForeign(path, {
        ...context,
        format,
        ...(model !== undefined && { model }),
      });
      printVerdict({ verdict, json });
      process.exitCode = verdict.exitCode;
      return;
    }
    if (model !== undefined) {
      throw new UsageError(
        `expected --model with the --format of another tool (${Object.keys(foreignFormats).join(", ")}): a history of ordeal names its workload itself`,
      );
    }
    await checkOwn(path, context, json);
  },
};

async function checkOwn(
  path: string,
  context: CheckContext & { readonly judgedAt: string },
  json: boolean,
): Promise<void> {
  const { history, folder } = locateHistory(path);
  const { verdict } = await judgeHistory(history, context);
  folder?.writeVerdict(verdict);
  printVerdict({ verdict, ...(folder && { folder }), json });
  process.exitCode = verdict.exitCode;
}
