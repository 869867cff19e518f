import type { Argv, CommandModule } from "yargs";
import { nemeses } from "../../nemeses/index.js";
import { workloads } from "../../workloads/index.js";
import { knownShapes, leftOut } from "../../workloads/known-shapes.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import { targetKinds, wordsOfTarget } from "../core/asked-targets.js";
import { nodeNames } from "../core/cluster.js";
import { HarnessError, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import type { Nemesis } from "../core/nemesis.js";
import type { TestBed } from "../core/test-bed.js";
import { bedCapabilities } from "./bed-capabilities.js";
import { bedNamed, chooseBed, usualBed } from "./choose-bed.js";
import { testBeds } from "./test-beds.js";
import { runTest, type TestResult, workloadNamed } from "../run-test.js";
import { newProgress } from "../runner/progress.js";
import { requireCapabilities, requireMembership } from "../runner/require-capabilities.js";
import { systemClock } from "../runner/system-clock.js";
import { createRunFolder, requireWritable } from "../store/run-folder.js";
import type { TestOptions, TestRun } from "../test-options.js";
import {
  boundsFrom,
  durationMs,
  type JudgingArguments,
  judgingOptions,
  listed,
  namesFrom,
  positiveNumber,
  wholeNumber,
} from "./arguments.js";
import { changesAskedFor } from "./changes-asked-for.js";
import { interruptible } from "./interruptible.js";
import { liveLine } from "./live-line.js";
import { quoted } from "./quoted.js";
import { runInWords } from "./run-in-words.js";
import { say } from "./say.js";
import { targetAskedFor } from "./target-asked-for.js";
import { printVerdict } from "./verdict-text.js";

export interface TestArguments extends JudgingArguments {
  readonly cluster: string | undefined;
  readonly bug: readonly string[];
  readonly nodes: number;
  readonly etcd: string;
  readonly config: string | undefined;
  readonly to: string | undefined;
  readonly toEtcd: string | undefined;
  readonly tls: boolean;
  readonly data: string;
  readonly workload: string;
  readonly nemesis: readonly string[];
  readonly target: readonly string[];
  readonly timeLimit: string;
  readonly rate: number;
  readonly concurrency: number | undefined;
  readonly seed: number | undefined;
  readonly opsPerKey: number;
  readonly serializable: boolean;
  readonly shape: readonly string[];
  readonly nemesisInterval: string;
  readonly requestTimeout: string;
  readonly recoveryLimit: string;
  readonly results: string;
  readonly keep: boolean;
  readonly json: boolean;
}

export const testCommand: CommandModule<object, TestArguments> = {
  command: "test",
  describe: "Run a cluster under load and faults, and judge what it did",

  builder: (yargs) => testOptions(yargs) as unknown as Argv<TestArguments>,

  async handler(given) {
    const asked = optionsFrom(given);
    requireWritable(asked.results);
    const options = given.cluster === undefined ? await onWhatIsThere(asked) : asked;
    const { run, bed, removeAtOnce } = await testBeds[bedNamed(options.cluster)].prepare(options);
    const wallTime = systemClock().wallTime();
    const folder = createRunFolder(options.results, nameOf(options, bed), wallTime);
    const test: TestRun = { run, options, command: commandFor(options), bed, folder };

    const progress = newProgress();
    const { signal } = interruptible({
      first: "healing, saving and judging what there is",
      again: "removing the cluster and leaving",
      beforeLeaving: removeAtOnce,
      failure: (cause) => `the cluster could not be removed (${cause}): \`ordeal clean\` does so`,
      exitCode: exitCodes.harness,
    });
    const line = liveLine(runInWords(progress));
    try {
      const result = await runTest(test, { log: line.log, progress, signal });
      line.stop();
      announce(test, result, given.json);
    } finally {
      line.stop();
    }
  },
};

async function onWhatIsThere(asked: TestOptions): Promise<TestOptions> {
  const { name, because } = await chooseBed({ config: undefined, ...asked });
  if (because !== undefined) say(because);
  return { ...asked, cluster: name };
}

export function testOptions(yargs: Argv) {
  return yargs
    .options({
      workload: {
        type: "string",
        default: "register",
        describe: `What clients do: ${list(workloads)}`,
      },
      nemesis: {
        type: "string",
        array: true,
        default: [],
        describe: `What goes wrong, separated by commas: ${list(nemeses)}`,
      },
      target: {
        type: "string",
        array: true,
        default: [],
        describe: `Whom faults may hit, separated by commas: ${targetKinds.join(", ")}, or nodes such as n2`,
      },
      "time-limit": {
        type: "string",
        default: "60",
        describe: "Load for so long, such as 90 or 5m",
      },
      nodes: { type: "number", default: 5, describe: "Members of the cluster: 1, 3, 5 or 7" },
      etcd: {
        type: "string",
        default: defaultEtcd,
        describe: "A version, debian:<suite>, an image, or the path of a binary",
      },
      config: { type: "string", describe: "Your etcd-config.yml, in etcd's own format" },
      to: {
        type: "string",
        describe:
          "The etcd-config.yml that --nemesis reconfigure, else rollout and upgrade, changes nodes to",
      },
      "to-etcd": {
        type: "string",
        describe:
          "What --nemesis rollout and upgrade change nodes to, in order, separated by commas",
      },
      tls: { type: "boolean", default: false, describe: "Mutual TLS for peers and clients" },
      data: {
        type: "string",
        default: "tmpfs",
        describe: "Where nodes keep their data: tmpfs or disk",
      },
      cluster: {
        type: "string",
        describe: `Kind of cluster: ${list(testBeds)}; by default docker if an engine answers`,
      },
      bug: {
        type: "string",
        array: true,
        default: [],
        describe: "Plants a bug into a simulated cluster: `ordeal list bugs` explains each",
      },
    })
    .options({
      rate: { type: "number", default: 400, describe: "Operations a second over all clients" },
      concurrency: { type: "number", describe: "Clients at a time; two for each node by default" },
      seed: { type: "number", describe: "Repeats the choices of an earlier run" },
      "ops-per-key": { type: "number", default: 200, describe: "Operations before a key is left" },
      serializable: {
        type: "boolean",
        default: false,
        describe: "Serializable reads, judged as if they must not be stale",
      },
      shape: {
        type: "string",
        array: true,
        default: [],
        describe: `What is left out since no release of etcd is right there: ${list(knownShapes)}; or all`,
      },
      "nemesis-interval": {
        type: "string",
        default: "5",
        describe: "Mean time between faults of a kind, and mean length of a fault",
      },
      "request-timeout": { type: "string", default: "1s", describe: "Deadline of every request" },
      "recovery-limit": {
        type: "string",
        default: "60s",
        describe: "Within this time every node must serve again after healing",
      },
      ...judgingOptions,
      results: { type: "string", default: "results", describe: "Folder that runs are kept in" },
      keep: { type: "boolean", default: false, describe: "Leave the cluster standing afterwards" },
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    });
}

function list(table: object): string {
  return Object.keys(table).join(", ");
}

const clusterSizes = [1, 3, 5, 7];

/** Checks every option before anything is started. Throws UsageError. */
export function optionsFrom(given: TestArguments): TestOptions {
  const bugs = listed(given.bug);
  const kind = bedNamed(given.cluster ?? usualBed);
  testBeds[kind].refuse({ ...given, bugs });
  if (!clusterSizes.includes(given.nodes)) {
    throw new UsageError(`expected --nodes 1, 3, 5 or 7, got ${given.nodes}`);
  }
  if (given.data !== "tmpfs" && given.data !== "disk") {
    throw new UsageError(`expected --data tmpfs or disk, got "${given.data}"`);
  }
  const nemesisNames = listed(given.nemesis);
  namesFrom("--nemesis", nemesisNames, nemeses);
  requireCapabilities(
    {
      kind,
      capabilities: bedCapabilities[kind],
      nodes: nodeNames(given.nodes),
    },
    nemesesNamed(nemesisNames),
  );
  const target = targetAskedFor(given.target, nemesisNames, {
    nodes: nodeNames(given.nodes),
    capabilities: bedCapabilities[kind],
  });
  namesFrom("--workload", [given.workload], workloads);
  requireMembership(
    { kind, capabilities: bedCapabilities[kind] },
    workloadNamed(given),
    nemesesNamed(nemesisNames),
  );
  if (given.serializable) mustBeSerializable(given.workload);
  const changes = changesAskedFor(given, nemesisNames);
  const seed = given.seed ?? Number(process.hrtime.bigint() % 1_000_000n);
  const { deadlineMs, memoryMb } = boundsFrom(given);
  return {
    cluster: kind,
    nodes: given.nodes,
    etcd: given.etcd,
    ...(given.config !== undefined && { config: given.config }),
    ...(bedCapabilities[kind].has("rollout") && changes),
    tls: given.tls,
    data: given.data,
    workload: given.workload,
    nemeses: [...new Set(nemesisNames)],
    ...target,
    bugs: [...new Set(bugs)],
    timeLimitMs: durationMs("--time-limit", given.timeLimit),
    rate: positiveNumber("--rate", given.rate),
    concurrency: wholeNumber("--concurrency", given.concurrency ?? 2 * given.nodes, 1),
    seed: wholeNumber("--seed", seed, 0),
    opsPerKey: wholeNumber("--ops-per-key", given.opsPerKey, 1),
    serializable: given.serializable,
    ...shapesFor(given.shape, given.workload),
    nemesisIntervalMs: durationMs("--nemesis-interval", given.nemesisInterval),
    requestTimeoutMs: durationMs("--request-timeout", given.requestTimeout),
    recoveryLimitMs: durationMs("--recovery-limit", given.recoveryLimit),
    checkerTimeoutMs: deadlineMs,
    checkerMemoryMb: memoryMb,
    results: given.results,
    keep: given.keep,
  };
}

/**
 * Those that the workload can be asked for; with "all" as many as it has. Throws UsageError for what
 * would be without effect.
 */
function shapesFor(given: readonly string[], workload: string): Pick<TestOptions, "shapes"> {
  const names = listed(given);
  const own = leftOut(workload);
  if (names.length === 0) return {};
  if (names.includes("all")) return own.length === 0 ? {} : { shapes: own };
  namesFrom("--shape", names, knownShapes);
  const foreign = names.find((name) => !own.includes(name));
  if (foreign === undefined) return { shapes: [...new Set(names)] };
  const possible = own.length === 0 ? "it leaves nothing out" : `expected ${own.join(", ")}`;
  throw new UsageError(
    `--shape ${foreign} means nothing to the workload ${workload}: ${possible}; --shape all asks for whatever there is`,
  );
}

function nemesesNamed(names: readonly string[]): readonly Nemesis[] {
  return names.flatMap((name) => nemeses[name] ?? []);
}

/** What would be without effect is refused rather than passed over. */
function mustBeSerializable(workload: string): void {
  if (workloads[workload]?.canBeSerializable) return;
  const able = Object.keys(workloads).filter((name) => workloads[name]?.canBeSerializable);
  throw new UsageError(
    `--serializable means nothing to the workload ${workload}: leave it out, or take one of ${able.join(", ")}`,
  );
}

/** The command that asks for the same run again. */
export function commandFor(options: TestOptions): string {
  return `npx ordeal ${wordsFor(options).map(quoted).join(" ")}`;
}

/**
 * The command line that asks for the same run again, word by word, with all choices spelled out: it
 * must stand when defaults change.
 */
export function wordsFor(options: TestOptions): string[] {
  const { cluster, bugs, etcd, config, changes, variation } = options;
  const to = variation ? variation.config : changes?.[0]?.config;
  return [
    ...["test", "--cluster", cluster],
    ...bugs.flatMap((bug) => ["--bug", bug]),
    ...(cluster === usualBed ? ["--etcd", etcd] : []),
    ...(config === undefined ? [] : ["--config", config]),
    ...(changes ? ["--to-etcd", changes.map((change) => change.etcd).join(",")] : []),
    ...(to === undefined ? [] : ["--to", to]),
    ...wordsForLoad(options),
  ];
}

/** Those that say what is done to a cluster, and not of what it is made. */
export function wordsForLoad(
  options: Omit<TestOptions, "cluster" | "bugs" | "etcd" | "config" | "changes" | "variation">,
): string[] {
  return [
    ...["--workload", options.workload],
    ...(options.nemeses.length > 0 ? ["--nemesis", options.nemeses.join(",")] : []),
    ...(options.target ? ["--target", wordsOfTarget(options.target)] : []),
    ...["--time-limit", exactDuration(options.timeLimitMs)],
    ...["--nodes", String(options.nodes)],
    ...(options.tls ? ["--tls"] : []),
    ...(options.data === "tmpfs" ? [] : ["--data", options.data]),
    ...["--rate", String(options.rate)],
    ...["--concurrency", String(options.concurrency)],
    ...["--ops-per-key", String(options.opsPerKey)],
    ...(options.serializable ? ["--serializable"] : []),
    ...(options.shapes ? ["--shape", options.shapes.join(",")] : []),
    ...["--nemesis-interval", exactDuration(options.nemesisIntervalMs)],
    ...["--request-timeout", exactDuration(options.requestTimeoutMs)],
    ...["--recovery-limit", exactDuration(options.recoveryLimitMs)],
    ...["--seed", String(options.seed)],
  ];
}

/** Never rounded: the run is to be the same. */
function exactDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** Such as `register-partition+kill-3.5.30`: sorts and reads well in a file listing. */
function nameOf(options: TestOptions, { label }: TestBed): string {
  const faults = options.nemeses.join("+") || "no-faults";
  const flavour = [options.serializable && "serializable", options.tls && "tls"].filter(Boolean);
  const name = [options.workload, ...flavour, faults, label].join("-");
  return name.replaceAll(/[^\w.+-]/g, "_");
}

function announce({ folder, command }: TestRun, result: TestResult, json: boolean): void {
  const { verdict, failure } = result;
  printVerdict({ verdict, folder, command, json });
  process.exitCode = verdict.exitCode;
  if (!failure || verdict.validity === "invalid") return;
  throw new HarnessError(failure.message, { cause: failure, details: failure.details });
}
