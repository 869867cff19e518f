import type { Argv, CommandModule } from "yargs";
import { judgeHistory } from "../judge-history.js";
import { systemClock } from "../runner/system-clock.js";
import { locateHistory } from "../store/find-runs.js";
import { durationMs, positiveNumber } from "./arguments.js";
import { printVerdict } from "./verdict-text.js";

interface Arguments {
  readonly path: string;
  readonly checkerTimeout: string;
  readonly checkerMemory: number;
  readonly json: boolean;
}

export const checkCommand: CommandModule<object, Arguments> = {
  command: "check <path>",
  describe: "Judge a saved history again: a run's folder or its history.ndjson; no Docker needed",

  builder: (yargs) =>
    yargs.positional("path", { type: "string", demandOption: true }).options({
      "checker-timeout": { type: "string", default: "5m", describe: "Deadline of the checkers" },
      "checker-memory": {
        type: "number",
        default: 2048,
        describe: "Memory bound of a checker, in MiB",
      },
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }) as unknown as Argv<Arguments>,

  async handler({ path, checkerTimeout, checkerMemory, json }) {
    const { history, folder } = locateHistory(path);
    const { verdict } = await judgeHistory(history, {
      deadlineMs: durationMs("--checker-timeout", checkerTimeout),
      memoryMb: positiveNumber("--checker-memory", checkerMemory),
      judgedAt: systemClock().wallTime(),
    });
    folder?.writeVerdict(verdict);
    printVerdict({ verdict, ...(folder && { folder }), json });
    process.exitCode = verdict.exitCode;
  },
};
