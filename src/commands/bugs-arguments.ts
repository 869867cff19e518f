import type { Argv } from "yargs";
import { scenarios } from "../../scenarios/index.js";
import { knownVersions } from "../cluster/docker/versions.js";
import { type JudgingArguments, judgingOptions } from "./arguments.js";

export interface BugsArguments extends JudgingArguments {
  readonly etcd: readonly string[];
  readonly case: readonly string[];
  readonly trials: number;
  readonly seed: number | undefined;
  readonly results: string;
  readonly json: boolean;
}

export function bugsOptions(yargs: Argv) {
  return yargs.options({
    etcd: {
      type: "string",
      array: true,
      default: [
        knownVersions()
          .map(({ version }) => version)
          .join(","),
      ],
      describe: "Versions, images or paths of binaries, separated by commas",
    },
    case: {
      type: "string",
      array: true,
      default: [],
      describe: `Some of them, separated by commas: ${Object.keys(scenarios).join(", ")}`,
    },
    trials: { type: "number", default: 1, describe: "Runs of each case on each version" },
    seed: { type: "number", describe: "Repeats the choices of an earlier call" },
    ...judgingOptions,
    results: { type: "string", default: "results", describe: "Folder that runs are kept in" },
    json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
  });
}
