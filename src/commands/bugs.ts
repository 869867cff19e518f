import { join, relative } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { scenarios } from "../../scenarios/index.js";
import { type BugMatrix, exitCodeOf, type Cell, type Try } from "../campaign/bugs/matrix.js";
import { renderBugsPage } from "../campaign/bugs/page.js";
import { removeRun } from "../cluster/docker/clean.js";
import { type DockerParts, dockerTestBed } from "../cluster/docker/test-bed.js";
import { HarnessError, messageOf, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { isAffected, type Scenario } from "../core/scenario.js";
import { prepareDocker } from "../docker-parts.js";
import { newRunId } from "../run-id.js";
import { runTest } from "../run-test.js";
import { newProgress } from "../runner/progress.js";
import { systemClock } from "../runner/system-clock.js";
import { createRunFolder, requireWritable } from "../store/run-folder.js";
import { freshFolder, writeWhole } from "../store/writing.js";
import type { TestOptions, TestRun } from "../test-options.js";
import { boundsFrom, listed, namesFrom, wholeNumber } from "./arguments.js";
import { type BugsArguments, bugsOptions } from "./bugs-arguments.js";
import { cellLine, markdownOf, matrixText } from "./bugs-in-words.js";
import { tryOf } from "./bugs-try.js";
import { faultsAskedFor } from "./faults-asked-for.js";
import { interruptible } from "./interruptible.js";
import { liveLine } from "./live-line.js";
import { quoted } from "./quoted.js";
import { runInWords } from "./run-in-words.js";
import { printJson, say } from "./say.js";

export const bugsCommand: CommandModule<object, BugsArguments> = {
  command: "bugs",
  describe: "Play known bugs of etcd on stock builds, and see which are caught",

  builder: (yargs) => bugsOptions(yargs) as unknown as Argv<BugsArguments>,

  async handler(given) {
    const asked = askedFor(given);
    requireWritable(asked.results);
    const clock = systemClock();
    const startedAt = clock.wallTime();
    const underWay: { remove: () => Promise<void> } = { remove: () => Promise.resolve() };
    const { signal, release } = interruptible({
      first: "healing, saving and judging what there is",
      again: "removing the cluster and leaving",
      beforeLeaving: () => underWay.remove(),
      failure: (cause) => `the cluster could not be removed (${cause}): \`ordeal clean\` does so`,
      exitCode: exitCodes.harness,
    });
    const cells: Cell[] = [];
    const folder = freshFolder(join(asked.results, "bugs"), startedAt);
    const save = (): BugMatrix => {
      const matrix: BugMatrix = {
        ...({ ordeal: "bugs", version: 1, startedAt, endedAt: clock.wallTime() } as const),
        command: asked.command,
        cells,
      };
      writeWhole(join(folder, "bugs.json"), `${JSON.stringify(matrix, null, 2)}\n`);
      writeWhole(join(folder, "bugs.md"), markdownOf(matrix));
      writeWhole(join(folder, "index.html"), renderBugsPage(matrix));
      return matrix;
    };
    try {
      // All of them first: one that cannot be had is told before anything is played.
      const prepared: { readonly etcd: string; readonly parts: DockerParts }[] = [];
      for (const etcd of asked.etcd) {
        prepared.push({ etcd, parts: await prepareDocker({ etcd }, say) });
      }
      for (const { etcd, parts } of prepared) {
        for (const scenario of asked.scenarios) {
          if (signal.aborted) break;
          const cell = await playCell({ asked, parts, etcd, scenario, signal, underWay });
          cells.push(cell);
          save();
          say(cellLine(cell));
        }
      }
    } finally {
      release();
    }
    const matrix = save();
    if (given.json) printJson({ ...matrix, folder });
    else for (const line of matrixText(matrix)) say(line);
    say(`table:   ${join(folder, "index.html")}`);
    if (signal.aborted) throw new HarnessError("the table was ended early: cells are missing");
    process.exitCode = exitCodeOf(cells);
  },
};

interface Asked {
  readonly etcd: readonly string[];
  readonly scenarios: readonly Scenario[];
  readonly trials: number;
  readonly seed: number;
  readonly results: string;
  readonly bounds: ReturnType<typeof boundsFrom>;
  readonly command: string;
}

/** Throws UsageError. */
function askedFor(given: BugsArguments): Asked {
  const names = namesFrom("--case", listed(given.case), scenarios);
  const all = Object.values(scenarios);
  const etcd = [...new Set(listed(given.etcd))];
  if (etcd.length === 0) {
    throw new UsageError("expected --etcd to name a version, an image or a path, got nothing");
  }
  const trials = wholeNumber("--trials", given.trials, 1);
  const seed = wholeNumber("--seed", given.seed ?? Number(process.hrtime.bigint() % 1_000_000n), 0);
  const words = [
    ...["bugs", "--etcd", etcd.join(",")],
    ...(names.length > 0 ? ["--case", names.join(",")] : []),
    ...["--trials", String(trials), "--seed", String(seed)],
  ];
  return {
    ...{ etcd, trials, seed },
    scenarios: names.length === 0 ? all : all.filter(({ name }) => names.includes(name)),
    results: given.results,
    bounds: boundsFrom(given),
    command: `npx ordeal ${words.map(quoted).join(" ")}`,
  };
}

interface CellWork {
  readonly asked: Asked;
  readonly parts: DockerParts;
  readonly etcd: string;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
  readonly underWay: { remove: () => Promise<void> };
}

async function playCell(work: CellWork): Promise<Cell> {
  const { asked, parts, etcd, scenario, signal } = work;
  const { version } = parts.etcd;
  const impossible = scenario.impossibleOn?.(version);
  const tries: Try[] = [];
  for (let trial = 0; trial < asked.trials && impossible === undefined; trial++) {
    if (signal.aborted) break;
    tries.push(await playOnce(work, asked.seed + trial));
  }
  return {
    scenario: scenario.name,
    issues: scenario.bug.issues,
    title: scenario.bug.title,
    etcd,
    version,
    isAffected: isAffected(scenario.bug, version),
    leastCaught: scenario.leastCaught ?? usualShare,
    ...(impossible !== undefined && { impossible }),
    tries,
  };
}

const usualShare = 0.9;

async function playOnce(work: CellWork, seed: number): Promise<Try> {
  const { asked, parts, etcd, scenario, signal, underWay } = work;
  const options = optionsFor(work, seed);
  const clock = systemClock();
  const run = newRunId(clock.wallTime());
  underWay.remove = async () => {
    await removeRun(parts.engine, run);
  };
  const bed = dockerTestBed({
    parts: { ...parts, config: { ...scenario.config?.(parts.etcd.version) } },
    nodes: scenario.nodes,
    ...{ tls: false, data: "tmpfs", keep: false, startClock: systemClock },
    faults: faultsAskedFor(scenario.nemeses, scenario),
  });
  const name = `bugs-${scenario.name}-${bed.label}`.replaceAll(/[^\w.+-]/g, "_");
  const folder = createRunFolder(asked.results, name, clock.wallTime());
  const command = `npx ordeal bugs --case ${scenario.name} --etcd ${quoted(etcd)} --seed ${seed}`;
  const test: TestRun = { run, options, command, bed, folder };
  const progress = newProgress();
  const line = liveLine(runInWords(progress));
  try {
    const { verdict, failure } = await runTest(test, { log: () => undefined, progress, signal });
    const where = relative(asked.results, folder.path);
    return await tryOf({ scenario, verdict, folder, where, ...(failure && { failure }) });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return {
      ...{ validity: "unknown", caughtBy: [], objecting: [], tookMs: clock.nowNs() / 1e6 },
      ...{ sentence: messageOf(error), failure: messageOf(error) },
      folder: relative(asked.results, folder.path),
    };
  } finally {
    line.stop();
    underWay.remove = () => Promise.resolve();
  }
}

function optionsFor({ asked, etcd, scenario }: CellWork, seed: number): TestOptions {
  return {
    cluster: "docker",
    nodes: scenario.nodes,
    etcd,
    ...({ tls: false, data: "tmpfs", keep: false } as const),
    workload: scenario.workload,
    scenario: scenario.name,
    nemeses: scenario.nemeses,
    bugs: [],
    // What says how load is made has no use where a scenario is played.
    ...{ timeLimitMs: 0, rate: 0, concurrency: 1, opsPerKey: 200, serializable: false },
    nemesisIntervalMs: 0,
    requestTimeoutMs: scenario.requestTimeoutMs,
    recoveryLimitMs: 60_000,
    seed,
    checkerTimeoutMs: asked.bounds.deadlineMs,
    checkerMemoryMb: asked.bounds.memoryMb,
    results: asked.results,
  };
}
