import type { Argv } from "yargs";
import { leftOut } from "../../workloads/known-shapes.js";
import { readCampaignFile } from "../campaign/soak/campaign-file.js";
import { type Keeping, keepings } from "../campaign/soak/keep.js";
import type { Cell, Night } from "../campaign/soak/night.js";
import type { AskedNight } from "../campaign/soak/night-plan.js";
import { cellsOf, type Matrix } from "../campaign/soak/order.js";
import { readEtcdConfig } from "../cluster/docker/etcd-config.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import { UsageError } from "../core/errors.js";
import { toolVersion } from "../plan.js";
import type { TestOptions } from "../test-options.js";
import { byteSize, durationMs, listed, wholeNumber } from "./arguments.js";
import { optionsFrom, type TestArguments, testOptions } from "./test.js";

type Varied = "workload" | "nemesis" | "etcd" | "nodes" | "config";

export interface SoakArguments extends Omit<TestArguments, Varied> {
  readonly workload: readonly string[];
  readonly nemesis: readonly string[];
  readonly etcd: readonly string[];
  readonly nodes: readonly number[];
  readonly config: readonly string[];
  readonly for: string | undefined;
  readonly runs: number | undefined;
  readonly untilFailure: boolean;
  readonly shard: string | undefined;
  readonly keepPassing: Keeping;
  readonly maxDisk: string | undefined;
  readonly metricsPort: number | undefined;
  readonly printConfig: boolean;
}

/** How `--nemesis` and `--config` ask for nothing, which a list cannot hold otherwise. */
const none = "none";
/** Stands in a cell where no etcd runs. */
const noEtcd = "";

export function soakOptions(yargs: Argv) {
  return testOptions(yargs)
    .options({
      workload: { array: true, default: ["register"] },
      nemesis: {
        array: true,
        default: ["partition,pause,kill"],
        describe: `Sets of faults: those of a set, joined by commas, come together; ${none} for none`,
      },
      etcd: { array: true, default: [defaultEtcd] },
      nodes: { array: true, default: [5] },
      config: { array: true, default: [none], describe: `Your etcd-config.yml; ${none} for none` },
      results: { default: "results/soak", describe: "Folder that this campaign is kept in" },
      keep: { hidden: true },
    })
    .options({
      for: { type: "string", describe: "How long a night is, such as 8h" },
      runs: { type: "number", describe: "How many runs a night has" },
      "until-failure": { type: "boolean", default: false, describe: "End with a violation" },
      shard: { type: "string", describe: "Do one part of the night, such as 2/5" },
      "keep-passing": {
        choices: keepings,
        default: "summary",
        describe: "What is left of runs that passed",
      },
      "max-disk": {
        type: "string",
        describe: "Take away of old runs above so much, such as 20GB; never of violations",
      },
      "metrics-port": {
        type: "number",
        describe: "Serve metrics for Prometheus at this port of 127.0.0.1 meanwhile",
      },
      "print-config": {
        type: "boolean",
        default: false,
        describe: "Print the campaign as it would be run, and run nothing",
      },
    })
    .config("campaign", "A YAML file with options of this command as its keys", readCampaignFile);
}

/** A campaign as it was asked for. Throws UsageError, also for a cell that could not be run. */
export async function askedFrom(given: SoakArguments): Promise<AskedNight> {
  const matrix = matrixFrom(given);
  const cells = cellsOf(matrix);
  if (cells.length === 0) {
    throw new UsageError(
      "expected a matrix of at least one workload, one set of faults, one etcd, one number of nodes and one config, and one of these lists is empty",
    );
  }
  for (const cell of cells) testOptionsFor(given, cell, 0);
  for (const config of matrix.configs) if (config !== undefined) await readEtcdConfig(config);
  const leastRunMs = durationMs("--time-limit", given.timeLimit);
  return {
    tool: toolVersion(),
    matrix,
    budget: budgetFrom(given, leastRunMs),
    seed: given.seed === undefined ? undefined : wholeNumber("--seed", given.seed, 0),
    untilFailure: given.untilFailure,
    ...(given.shard !== undefined && { shard: shardFrom(given.shard) }),
    leastRunMs,
  };
}

/** The options of one run. */
export function testOptionsFor(given: SoakArguments, cell: Cell, seed: number): TestOptions {
  const { workload, nemeses, nodes, config } = cell;
  const etcd = cell.etcd === noEtcd ? defaultEtcd : cell.etcd;
  const shape = shapesOf(given, workload);
  return optionsFrom({ ...given, workload, nemesis: nemeses, etcd, nodes, config, seed, shape });
}

/** Each workload is asked for those that it has. One that none of them has is left to be refused. */
function shapesOf({ shape, workload: all }: SoakArguments, workload: string): readonly string[] {
  const has = (one: string, name: string) => leftOut(one).includes(name);
  return listed(shape).filter(
    (name) => has(workload, name) || !listed(all).some((one) => has(one, name)),
  );
}

/** The same night on simulated clusters, which no page may show as one on etcd. */
export function simulatedNight(asked: AskedNight): AskedNight {
  return {
    ...asked,
    matrix: { ...asked.matrix, etcd: [noEtcd] },
    caveat: "This judges simulated clusters in virtual time and not etcd itself.",
  };
}

export function maxDiskFrom({ maxDisk }: SoakArguments): number | undefined {
  return maxDisk === undefined ? undefined : byteSize("--max-disk", maxDisk);
}

/** Undefined for no metrics. */
export function metricsPortFrom({ metricsPort }: SoakArguments): number | undefined {
  return metricsPort === undefined ? undefined : wholeNumber("--metrics-port", metricsPort, 0);
}

function matrixFrom({ workload, nemesis, etcd, nodes, config }: SoakArguments): Matrix {
  const sets = nemesis.map((set) => (set === none ? [] : set.split(",").filter(Boolean)));
  const configs = distinct(listed(config)).map((path) => (path === none ? undefined : path));
  return {
    workloads: distinct(listed(workload)),
    nemeses: distinct(sets.map((set) => [...set].sort().join(","))).map((set) =>
      set === "" ? [] : set.split(","),
    ),
    etcd: distinct(listed(etcd)),
    nodes: distinct(nodes),
    configs,
  };
}

function budgetFrom({ for: time, runs }: SoakArguments, leastRunMs: number): AskedNight["budget"] {
  if (time === undefined && runs === undefined) {
    throw new UsageError("expected --for 8h or --runs 200, so that the night ends");
  }
  const forMs = time === undefined ? undefined : durationMs("--for", time);
  if (forMs !== undefined && forMs <= leastRunMs) {
    throw new UsageError(
      `expected --for to be longer than one run, which takes --time-limit ${leastRunMs / 1000}s and some time to begin and end, got ${time ?? ""}`,
    );
  }
  const words = [
    ...(time === undefined ? [] : [`--for ${time}`]),
    ...(runs === undefined ? [] : [`--runs ${runs}`]),
  ];
  return {
    inWords: words.join(" "),
    ...(forMs !== undefined && { forMs }),
    ...(runs !== undefined && { runs: wholeNumber("--runs", runs, 1) }),
  };
}

function shardFrom(text: string): NonNullable<Night["shard"]> {
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (part !== undefined && of !== undefined && part >= 1 && part <= of) return { part, of };
  throw new UsageError(`expected --shard to be a part of all, such as 2/5, got "${text}"`);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
