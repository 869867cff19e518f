import pc from "picocolors";
import type { Candidate } from "../campaign/replay/candidates.js";
import type { Comparison } from "../campaign/replay/compare-histories.js";
import { deviations } from "../campaign/replay/recorded-config.js";
import type { Replayed } from "../campaign/replay/replay.js";
import type { SavedRun } from "../campaign/replay/saved-run.js";
import type { Shrunk } from "../campaign/replay/shrink-schedule.js";
import {
  type EndOfTries,
  isViolation,
  replayCommandFor,
  shortestFailing,
  type Try,
  type TryOutcome,
} from "../campaign/replay/tries.js";
import type { Interval } from "../campaign/interval.js";
import { plural } from "../core/plural.js";
import { HarnessError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { toolVersion } from "../plan.js";
import { printable } from "../core/printable.js";
import { say } from "./say.js";

/** What came of a replay, for people and for programs. */
export interface ReplayWords {
  readonly lines: readonly string[];
  /** Plain JSON. */
  readonly json: object;
  readonly exitCode: number;
  /** Why it ended before it was done. */
  readonly failure?: HarnessError;
}

export interface Manner {
  readonly isExact: boolean;
  readonly shrink: boolean;
}

export function tellSubject(
  { path, violated, plan, faults }: SavedRun,
  { isExact, shrink }: Manner,
): void {
  const found =
    violated.length > 0
      ? `${list(violated)} found a violation in it`
      : "no violation was found in it, and any that shows now counts";
  const how =
    isExact && !shrink && !plan.plannedFaults
      ? "the same options and seed give the same history"
      : `${plural(faults.length, "fault")} at their recorded times`;
  say(`replaying ${printable(path)}: ${found}; ${how}`);
}

const outcomeWords: Readonly<Record<TryOutcome, string>> = {
  same: "the violation showed again",
  another: "another violation showed",
  none: "no violation showed",
  unknown: "inconclusive",
};

export function tellTry(saved: SavedRun, tried: Try, number: number): void {
  const { outcome, violated, folder, verdict } = tried;
  const by = violated.length > 0 ? ` (${list(violated)})` : "";
  say(`try ${number}: ${outcomeWords[outcome]}${by}: ${folder.path}`);
  if (outcome === "unknown") say(`    ${printable(verdict.sentence)}`);
  for (const sentence of deviationsOf(saved, tried)) say(`    ${printable(sentence)}`);
}

function deviationsOf({ plan }: SavedRun, { folder }: Try): string[] {
  const again = folder.readPlan();
  return again ? deviations(plan, again) : [];
}

export function tellCandidate({ faults, timeLimitMs }: Candidate): void {
  say(`with ${plural(faults.length, "fault")} in ${timeLimitMs / 1000} s:`);
}

export function replayInWords(saved: SavedRun, replayed: Replayed): ReplayWords {
  const { tries, end, failed, interval, comparisons } = replayed;
  const shortest = shortestFailing(tries);
  const lines = [
    ...comparisonInWords(saved, comparisons),
    ...otherViolations(tries),
    ...(shortest ? shortestInWords(shortest) : []),
    ...endInWords(end),
    ...(tries.length > 0 ? [headline(saved, replayed)] : []),
  ];
  const exitCode = exitCodeOf(tries, end);
  return {
    lines,
    json: {
      ordeal: "replay",
      version: 1,
      run: saved.path,
      violated: saved.violated,
      failed,
      tries: tries.length,
      ...(interval && { interval }),
      ...(comparisons.length > 0 && { sameHistory: comparisons.every(({ isSame }) => isSame) }),
      ...(shortest && { shortest: asJson(saved, shortest) }),
      runs: tries.map((tried) => asJson(saved, tried)),
      ...endAsJson(end),
      exitCode,
    },
    exitCode,
    ...(end instanceof HarnessError && { failure: end }),
  };
}

function headline(saved: SavedRun, { tries, failed, interval, end }: Replayed): string {
  const what =
    saved.violated.length > 0 ? `the violation of ${list(saved.violated)}` : "a violation";
  const sure = interval ? ` (${intervalInWords(interval)})` : "";
  const sentence = `${what} showed in ${shareInWords(failed, tries.length)}${sure}.`;
  if (failed > 0) return pc.red(`ordeal: REPRODUCED  ${sentence}`);
  switch (exitCodeOf(tries, end)) {
    case exitCodes.invalid:
      return pc.red(`ordeal: ANOTHER VIOLATION  ${sentence}`);
    case exitCodes.valid:
      return pc.green(`ordeal: NOT REPRODUCED  ${sentence}`);
    default:
      return pc.yellow(`ordeal: INCONCLUSIVE  ${sentence}`);
  }
}

function comparisonInWords(saved: SavedRun, comparisons: readonly Comparison[]): string[] {
  const other = comparisons.find(({ isSame }) => !isSame);
  if (comparisons.length === 0) return [];
  if (!other) {
    return [
      `${comparisons.length === 1 ? "the history is" : `each of ${comparisons.length} histories is`} the same to the byte as the saved one`,
    ];
  }
  const [was, is] = [saved.plan.tool, toolVersion()];
  const { sameLines, lines } = other;
  const why =
    sameLines === lines
      ? "the saved one ends there"
      : was === is
        ? `both were made by ordeal ${is}, so either its code was changed in between, or one of them was interrupted`
        : `ordeal ${printable(was)} made the saved one, and this is ordeal ${is}`;
  return [
    `the history is the same as the saved one for ${sameLines.toLocaleString("en")} of its ${plural(lines, "line")}: ${why}; what counts is how often it fails`,
  ];
}

export function shrunkInWords(saved: SavedRun, shrunk: Shrunk): ReplayWords {
  const { tries, end, shortest } = shrunk;
  const exitCode = exitCodeOf(tries, end);
  const { from, to, share, candidates } = shrunk;
  return {
    lines: [
      ...otherViolations(tries),
      ...(to?.faults ?? []).map((fault) => `    ${faultInWords(fault)}`),
      ...(shortest ? shortestInWords(shortest) : []),
      ...endInWords(end),
      ...(tries.length > 0 ? [shrunkHeadline(shrunk)] : []),
    ],
    json: {
      ordeal: "shrunk-schedule",
      version: 1,
      run: saved.path,
      violated: saved.violated,
      from: sizeOf(from),
      ...(to && { to: { ...sizeOf(to), schedule: to.faults } }),
      candidates,
      failed: share.failed,
      tries: share.tries,
      interval: share.interval,
      ...(shortest && { shortest: asJson(saved, shortest) }),
      runs: tries.map((tried) => asJson(saved, tried)),
      ...endAsJson(end),
      exitCode,
    },
    exitCode,
    ...(end instanceof HarnessError && { failure: end }),
  };
}

function shrunkHeadline({ from, to, share, candidates, end }: Shrunk): string {
  const often = `${shareInWords(share.failed, share.tries)} (${intervalInWords(share.interval)})`;
  if (!to) {
    const why =
      end === "enough"
        ? "too seldom: ask for more with --times or for less with --at-least"
        : "it ended before that was decided";
    return pc.yellow(
      `ordeal: NOT SHRUNK  the whole schedule, injected at its recorded times, failed in ${often}; ${why}.`,
    );
  }
  const sure = share.tries > 0 ? `tried anew, it failed in ${often}` : "it was not tried anew";
  return pc.red(
    `ordeal: SHRUNK  from ${sizeInWords(from)} to ${sizeInWords(to)} by trying ${plural(candidates, "schedule")}; ${sure}.`,
  );
}

function faultInWords({ spec, atNs, durationNs }: Candidate["faults"][number]): string {
  const length =
    durationNs === undefined ? "until the end" : `for ${(durationNs / 1e9).toFixed(1)} s`;
  return `at ${(atNs / 1e9).toFixed(1)} s ${length}: ${printable(spec.description)}`;
}

function sizeOf({ faults, timeLimitMs }: Candidate) {
  return { faults: faults.length, timeLimitMs };
}

function sizeInWords({ faults, timeLimitMs }: Candidate): string {
  return `${plural(faults.length, "fault")} in ${timeLimitMs / 1000} s`;
}

function otherViolations(tries: readonly Try[]): string[] {
  return tries
    .filter(({ outcome }) => outcome === "another")
    .map(({ violated, folder }) => `another violation, of ${list(violated)}: ${folder.report}`);
}

function shortestInWords({ folder, shownBy }: Try): string[] {
  const by = shownBy === undefined ? "" : ` (event ${shownBy.toLocaleString("en")} completes it)`;
  return [
    `shortest failing run: ${folder.path}${by}`,
    `report:               ${folder.report}`,
    `again:                ${replayCommandFor(folder)}`,
  ];
}

function endInWords(end: EndOfTries): string[] {
  return end === "interrupted" ? ["interrupted: what was tried until then counts"] : [];
}

function endAsJson(end: EndOfTries) {
  return end instanceof HarnessError ? { end: "failed", failure: end.message } : { end };
}

function asJson(saved: SavedRun, tried: Try) {
  const { folder, outcome, violated, verdict, shownBy } = tried;
  return {
    folder: folder.path,
    report: folder.report,
    outcome,
    violated,
    validity: verdict.validity,
    sentence: verdict.sentence,
    ...(shownBy !== undefined && { shownBy }),
    deviations: deviationsOf(saved, tried),
  };
}

/** A violation wins over everything else, and any violation is one. */
function exitCodeOf(tries: readonly Try[], end: EndOfTries): number {
  if (tries.some(isViolation)) return exitCodes.invalid;
  if (end instanceof HarnessError) return exitCodes.harness;
  const isTold = end === "enough" && tries.every(({ outcome }) => outcome === "none");
  return isTold ? exitCodes.valid : exitCodes.unknown;
}

function shareInWords(failed: number, tries: number): string {
  return `${failed} of ${tries === 1 ? "1 try" : `${tries} tries`}`;
}

function intervalInWords({ low, high }: Interval): string {
  return `with 95 % confidence it does in ${percent(low)} to ${percent(high)} of them`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function list(names: readonly string[]): string {
  return names.map(printable).join(" and ");
}
