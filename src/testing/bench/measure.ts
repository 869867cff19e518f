import { readFileSync, writeFileSync } from "node:fs";
import { argv, cpuUsage, hrtime, memoryUsage, resourceUsage, stdout } from "node:process";
import { allShapes } from "./all-shapes.js";
import { cases, type Case } from "./cases.js";
import type { Measurement, Order } from "./measurement.js";
import type { Outcome, Prepared } from "./prepared.js";

/** So many megabytes and so long, as everywhere in the comparison. */
const limits = { deadlineMs: 60_000, memoryMb: 1024 };
/** It is warm after so many runs or so much CPU, whichever is later, and no run is beyond that. */
const warmRuns = 2;
const warmMs = 700;
/** So much CPU for all runs. */
const enoughMs = 6_000;

// Measures one case, in a process that has done nothing else, and prints a line of JSON.
const order = JSON.parse(argv[2] ?? "") as Order;
stdout.write(`${JSON.stringify(await measure(caseOf(order), order.countedRuns))}\n`);

function caseOf({ list, name }: Order): Case {
  const found = (list === "cases" ? cases : allShapes()).find((each) => each.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
}

async function measure(its: Case, countedRuns: number): Promise<Measurement> {
  const histories = its.load();
  collectGarbage();
  const before = memoryUsage.rss();
  forgetPeak();
  const first = await run(histories);
  const memoryMb = Math.max(0, peakBytes() - before) / 2 ** 20;
  const steady = await runWarm(histories, countedRuns, first);
  const counterexample = its.explains ? await explain(histories) : undefined;
  return {
    operations: histories.reduce((sum, { operations }) => sum + operations, 0),
    ...verdictOf(histories, first.outcomes),
    engines: [...new Set(first.outcomes.flatMap(({ engines }) => engines))].sort(),
    firstMs: first.cpuMs,
    ...steady,
    memoryMb,
    ...(counterexample && { counterexample }),
  };
}

async function runWarm(
  histories: readonly Prepared[],
  countedRuns: number,
  first: Run,
): Promise<Pick<Measurement, "steadyMs" | "slowestMs" | "engineMs" | "runs">> {
  const counted: Run[] = [];
  let spent = first.cpuMs;
  for (let turn = 1; counted.length < countedRuns && spent < enoughMs; turn++) {
    const isWarm = spent >= warmMs && turn > warmRuns;
    const again = await run(histories);
    spent += again.cpuMs;
    if (isWarm) counted.push(again);
  }
  const steadyMs = median(counted.map(({ cpuMs }) => cpuMs));
  const each = histories.map((_, index) => median(counted.map(({ eachMs }) => eachMs[index] ?? 0)));
  const slowestMs = Math.max(...each.map((itsMs) => itsMs ?? 0));
  const engineMs = median(counted.map((again) => again.engineMs)) ?? first.engineMs;
  return {
    runs: counted.length,
    ...(steadyMs !== undefined && { steadyMs }),
    ...(counted.length > 0 && histories.length > 1 && { slowestMs }),
    engineMs,
  };
}

interface Run {
  readonly cpuMs: number;
  /** By history. */
  readonly eachMs: readonly number[];
  /** The engines go by the clock; this is their share of the CPU. */
  readonly engineMs: number;
  readonly outcomes: readonly Outcome[];
}

async function run(histories: readonly Prepared[], maxCounterexamples = 0): Promise<Run> {
  const outcomes: Outcome[] = [];
  const eachMs: number[] = [];
  const startedNs = hrtime.bigint();
  for (const history of histories) {
    const before = cpuUsage();
    outcomes.push(await history.judge({ ...limits, maxCounterexamples }));
    const { user, system } = cpuUsage(before);
    eachMs.push((user + system) / 1000);
  }
  const wallMs = Number(hrtime.bigint() - startedNs) / 1e6;
  const cpuMs = eachMs.reduce((sum, itsMs) => sum + itsMs, 0);
  const inEnginesMs = outcomes.reduce((sum, outcome) => sum + outcome.engineMs, 0);
  return { cpuMs, eachMs, engineMs: inEnginesMs * Math.min(1, cpuMs / wallMs), outcomes };
}

/** By what it takes longer to give one too, in the median. */
async function explain(
  histories: readonly Prepared[],
): Promise<NonNullable<Measurement["counterexample"]>> {
  const differences: number[] = [];
  let operations = Infinity;
  for (let turn = 0; turn < 3; turn++) {
    const without = await run(histories);
    const withOne = await run(histories, 1);
    differences.push(withOne.cpuMs - without.cpuMs);
    operations = withOne.outcomes[0]?.counterexample ?? Infinity;
  }
  return { cpuMs: median(differences) ?? 0, operations };
}

function verdictOf(
  histories: readonly Prepared[],
  outcomes: readonly Outcome[],
): Pick<Measurement, "verdict" | "wrong"> {
  for (const [index, { expected }] of histories.entries()) {
    const { validity } = outcomes[index] ?? { validity: "unknown" };
    if (validity !== expected && validity !== "unknown") {
      return { verdict: "wrong", wrong: `history ${index} is ${expected}, not ${validity}` };
    }
  }
  const verdicts = new Set(outcomes.map(({ validity }) => validity));
  if (verdicts.has("unknown")) return { verdict: "unknown" };
  const [only = "unknown"] = verdicts;
  return { verdict: verdicts.size > 1 ? "mixed" : only };
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function collectGarbage(): void {
  // Twice: what a finaliser lets go of is free only after the next.
  for (let turn = 0; turn < 2; turn++) globalThis.gc?.();
}

/** On Linux; elsewhere the peak is that since the process began. */
function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not allowed or not there.
  }
}

function peakBytes(): number {
  try {
    const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kb !== undefined) return Number(kb) * 1024;
  } catch {
    // Not there.
  }
  return resourceUsage().maxRSS * 1024;
}
