import { dirname } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { judgeHistory } from "../judge-history.js";
import { saveReport } from "../run-test.js";
import { systemClock } from "../runner/system-clock.js";
import { locateHistory } from "../store/find-runs.js";
import { openRunFolder } from "../store/run-folder.js";
import { boundsFrom, type JudgingArguments, judgingOptions } from "./arguments.js";
import { printJson, say } from "./say.js";

interface Arguments extends JudgingArguments {
  readonly path: string;
  readonly json: boolean;
}

export const reportCommand: CommandModule<object, Arguments> = {
  command: "report <path>",
  describe: "Write the report of a saved run anew",

  builder: (yargs) =>
    yargs.positional("path", { type: "string", demandOption: true }).options({
      ...judgingOptions,
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }) as unknown as Argv<Arguments>,

  async handler({ path, json, ...judging }) {
    const located = locateHistory(path);
    const folder = located.folder ?? openRunFolder(dirname(located.history));
    const judged = await judgeHistory(located.history, {
      ...boundsFrom(judging),
      judgedAt: systemClock().wallTime(),
    });
    saveReport(folder, judged);
    if (json) printJson({ report: folder.report, validity: judged.verdict.validity });
    else say(`report: ${folder.report}`);
  },
};
