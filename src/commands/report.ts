import { dirname, resolve } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { judgeHistory } from "../judge/judge-history.js";
import { saveReport } from "../run-test.js";
import { systemClock } from "../runner/system-clock.js";
import { type OpenedRun, openRun } from "../store/find-runs.js";
import { openRunFolder, type RunFolder, withReportAt } from "../store/run-folder.js";
import { boundsFrom, type JudgingArguments, judgingOptions } from "./arguments.js";
import { printJson, say } from "./say.js";

interface Arguments extends JudgingArguments {
  readonly path: string;
  readonly out: string | undefined;
  readonly json: boolean;
}

export const reportCommand: CommandModule<object, Arguments> = {
  command: "report <path>",
  describe: "Write the report of a saved run anew",

  builder: (yargs) =>
    yargs.positional("path", { type: "string", demandOption: true }).options({
      out: {
        type: "string",
        describe:
          "The file to write; by default report.html in the run's folder, beside an archive",
      },
      ...judgingOptions,
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }) as unknown as Argv<Arguments>,

  async handler({ path, out, json, ...judging }) {
    const run = await openRun(path);
    try {
      const judged = await judgeHistory(run.history, {
        ...boundsFrom(judging),
        judgedAt: systemClock().wallTime(),
      });
      const folder = reportingInto(run, out ?? (run.isCopy ? besideArchive(path) : undefined));
      saveReport(folder, judged);
      if (json) printJson({ report: folder.report, validity: judged.verdict.validity });
      else say(`report: ${folder.report}`);
    } finally {
      run.close();
    }
  },
};

/** The run's folder, its report at another place where that is asked for. */
function reportingInto({ folder, history }: OpenedRun, out: string | undefined): RunFolder {
  const own = folder ?? openRunFolder(dirname(history));
  return out === undefined ? own : withReportAt(own, resolve(out));
}

function besideArchive(path: string): string {
  return path.replace(/\.(tar\.gz|tgz)$/, ".html");
}
