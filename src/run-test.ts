import { nemeses } from "../nemeses/index.js";
import { scenarios } from "../scenarios/index.js";
import { workloads } from "../workloads/index.js";
import type { Clock } from "./core/clock.js";
import { HarnessError, UsageError } from "./core/errors.js";
import { type HistoryHeader, historyVersion, type WorkloadOptions } from "./core/history.js";
import type { Nemesis } from "./core/nemesis.js";
import type { RunVerdict } from "./core/run.js";
import { notesOf, type Scenario } from "./core/scenario.js";
import type { StartedCluster } from "./core/test-bed.js";
import { seededRandom } from "./generator/seeded-random.js";
import { type HistoryWriter, openHistoryWriter } from "./history/writer.js";
import { violationCheckers } from "./judge/general-checkers.js";
import { type Judged, judgeHistory } from "./judge/judge-history.js";
import { planOf } from "./plan.js";
import { type LogFindings, logFindings } from "./log-findings.js";
import { loadTemplate } from "./report/load-template.js";
import { renderReport } from "./report/render-report.js";
import { drive } from "./runner/drive.js";
import { followed } from "./runner/follow.js";
import type { Progress } from "./runner/progress.js";
import {
  requireCapabilities,
  requireMembership,
  requireTolerance,
  requireVersion,
} from "./runner/require-capabilities.js";
import { systemClock } from "./runner/system-clock.js";
import { logExcerpts } from "./store/log-excerpts.js";
import type { RunFolder } from "./store/run-folder.js";
import type { TestOptions, TestRun } from "./test-options.js";

/** Who asked for the run, and what he wants to hear of it. */
export interface Shell {
  readonly log: (line: string) => void;
  readonly progress: Progress;
  /** Ends the load early, with a reason: what there is is healed, saved and judged. */
  readonly signal: AbortSignal;
}

export interface TestResult {
  readonly verdict: RunVerdict;
  /** The harness or its infrastructure failed on the way; what was recorded is judged all the same. */
  readonly failure?: HarnessError;
}

/**
 * The whole of a test; read this first. A cluster is started and driven, which leaves a history;
 * the history is judged, and a report is made of both. The history is on disk as the run goes on,
 * so that no crash and no checker can lose it, and it alone is what is judged.
 */
export async function runTest(run: TestRun, shell: Shell): Promise<TestResult> {
  if (run.bed.caveat !== undefined) shell.log(run.bed.caveat);
  const failure = await run.bed.inItsTime(() => recordRun(run, shell));
  shell.log("judging the history");
  const judged = await judge(run);
  const unsaved = save(run, judged);
  const trouble = failure ?? unsaved;
  return { verdict: judged.verdict, ...(trouble && { failure: trouble }) };
}

/** A verdict that cannot be saved is told all the same: what could not be written is returned. */
function save(run: TestRun, judged: Judged): HarnessError | undefined {
  try {
    savePlan(run, judged);
    run.folder.writeVerdict(judged.verdict);
    saveReport(run.folder, judged);
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
}

/**
 * Runs the cluster and writes the history. A failure before there is a history is thrown; a later
 * one is returned, since what was recorded until then may hold a violation.
 */
export async function recordRun(run: TestRun, shell: Shell): Promise<HarnessError | undefined> {
  const logs = logFindings();
  const workload = workloadNamed(run.options);
  const faults = run.options.nemeses.map(nemesisNamed);
  requireTolerance(workload, faults);
  const cluster = await startUnlessInterrupted(run, shell, logs);
  try {
    requireCapabilities(cluster, faults);
    requireMembership(cluster, workload, faults);
    requireVersion(
      workload,
      Object.values(cluster.builds).map(({ version }) => version),
    );
    const selfCheck = await cluster.selfCheck();
    shell.log(`self-check: ${selfCheck}`);
    return await driveAndRecord({ run, shell, cluster, logs, selfCheck });
  } finally {
    const { keep } = run.options;
    await cluster.stop({ keep });
    if (keep) for (const line of cluster.howToGetIn()) shell.log(line);
  }
}

async function startUnlessInterrupted(
  run: TestRun,
  shell: Shell,
  logs: LogFindings,
): Promise<StartedCluster> {
  try {
    return await run.bed.start({
      run: run.run,
      logsDirectory: run.folder.logs,
      onLogFinding: logs.add,
      log: shell.log,
      signal: shell.signal,
    });
  } catch (error) {
    if (!shell.signal.aborted || error instanceof HarnessError) throw error;
    const reason = String(shell.signal.reason);
    throw new HarnessError(`${reason} came before the load began: nothing was recorded`, {
      cause: error,
    });
  }
}

interface Recording {
  readonly run: TestRun;
  readonly shell: Shell;
  readonly cluster: StartedCluster;
  readonly logs: LogFindings;
  readonly selfCheck: string;
}

async function driveAndRecord(recording: Recording): Promise<HarnessError | undefined> {
  const { run, shell, cluster, logs } = recording;
  const { options, folder } = run;
  const clock = run.bed.startClock();
  const header = headerOf(recording, clock.wallTime());
  folder.writePlan(planOf(run, cluster, { startedAt: header.startedAt, schedule: [] }));
  const workload = workloadNamed(options);
  const scenario = scenarioOf(options);
  const found = new AbortController();
  const recorder = followed(openHistoryWriter(folder.history, header, { clock }), {
    checkers: violationCheckers(workload),
    clock,
    onFinding: (checker, { message }) => {
      shell.log(`${checker} objects while the run goes on: ${message}`);
      if (scenario?.caughtBy.includes(checker) === true) found.abort();
    },
  });
  logs.passOnTo(recorder);
  shell.log(announcementOf(options));
  return failureOf({ recorder, logs, clock }, () =>
    drive({
      ...options,
      cluster,
      recorder,
      clock,
      workload,
      nemeses: options.nemeses.map(nemesisNamed),
      ...(run.plannedFaults && { schedule: run.plannedFaults }),
      ...(scenario && {
        toPlay: { scenario, version: versionOf(cluster), found: found.signal },
      }),
      random: seededRandom(options.seed),
      progress: shell.progress,
      processes: { highest: scenario ? -1 : options.concurrency - 1 },
      signal: shell.signal,
    }),
  );
}

/** What a member said when it ended may take so long to come from the engine. */
const lastWordsMs = 2_000;

interface Recorders {
  readonly recorder: HistoryWriter;
  readonly logs: LogFindings;
  readonly clock: Clock;
}

/** A disk that filled up counts as well, however late: the history is not whole then. */
async function failureOf(
  { recorder, logs, clock }: Recorders,
  work: () => Promise<void>,
): Promise<HarnessError | undefined> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    // It may be the very reason.
    await clock.sleep(lastWordsMs);
    return error;
  } finally {
    logs.passOnNoMore();
    await recorder.close();
  }
  const { aborted, reason } = recorder.failed as { aborted: boolean; reason: unknown };
  return aborted && reason instanceof HarnessError ? reason : undefined;
}

function headerOf({ run, cluster, selfCheck }: Recording, startedAt: string): HistoryHeader {
  const { options, bed } = run;
  const scenario = scenarioOf(options);
  const versions = Object.entries(cluster.builds).map(([node, { version }]) => [node, version]);
  return {
    ordeal: "history",
    version: historyVersion,
    run: run.run,
    startedAt,
    seed: options.seed,
    cluster: {
      kind: cluster.kind,
      nodes: cluster.nodes,
      versions: Object.fromEntries(versions) as Record<string, string>,
      ...(bed.caveat !== undefined && { caveat: bed.caveat }),
    },
    workload: {
      name: options.workload,
      options: workloadOptions(options),
    },
    nemeses: options.nemeses,
    ...(options.target && { target: options.target }),
    ...(scenario && { scenario: notesOf(scenario, versionOf(cluster)) }),
    concurrency: options.concurrency,
    rate: options.rate,
    timeLimitMs: options.timeLimitMs,
    selfCheck,
    asksMembers: true,
  };
}

function announcementOf({ scenario, ...options }: TestOptions): string {
  const faults = options.nemeses.join(", ") || "no faults";
  if (scenario !== undefined) return `scenario ${scenario} (${options.workload}, ${faults})`;
  return `${options.workload} with ${faults} for ${options.timeLimitMs / 1000} s, ${options.concurrency} clients, seed ${options.seed}`;
}

function scenarioOf({ scenario: name }: TestOptions): Scenario | undefined {
  if (name === undefined) return undefined;
  const scenario = scenarios[name];
  if (!scenario) throw new UsageError(`there is no scenario "${name}"`);
  return scenario;
}

/** Of all nodes: a scenario is about one. */
function versionOf({ builds }: StartedCluster): string {
  return Object.values(builds)[0]?.version ?? "";
}

function workloadOptions({
  opsPerKey,
  serializable,
  shapes,
}: Pick<TestOptions, "opsPerKey" | "serializable" | "shapes">): WorkloadOptions {
  return { opsPerKey, serializable, ...(shapes && { shapes }) };
}

export function workloadNamed(
  options: Pick<TestOptions, "workload" | "opsPerKey" | "serializable" | "shapes">,
) {
  const entry = workloads[options.workload];
  if (!entry) throw new UsageError(`there is no workload "${options.workload}"`);
  return entry.make(workloadOptions(options));
}

function nemesisNamed(name: string): Nemesis {
  const nemesis = nemeses[name];
  if (!nemesis) throw new UsageError(`there is no nemesis "${name}"`);
  return nemesis;
}

function judge({ folder, options }: TestRun): Promise<Judged> {
  return judgeHistory(folder.history, {
    deadlineMs: options.checkerTimeoutMs,
    memoryMb: options.checkerMemoryMb,
    judgedAt: systemClock().wallTime(),
  });
}

/** The faults as they really happened are known only now. */
function savePlan({ folder }: TestRun, { history }: Judged): void {
  const plan = folder.readPlan();
  if (plan) folder.writePlan({ ...plan, schedule: history.faults });
}

export function saveReport(folder: RunFolder, { history, verdict }: Judged): void {
  const plan = folder.readPlan();
  const logs = logExcerpts(folder.logs);
  const template = loadTemplate();
  folder.writeReport(renderReport({ ...(plan && { plan }), verdict, history, logs, template }));
}
