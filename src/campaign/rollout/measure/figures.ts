import { nearestRank } from "../../../checkers/stats.js";
import { errorName } from "../../../core/classify-error.js";
import type { FaultRecord, History } from "../../../core/history.js";
import type { Operation, Outcome } from "../../../core/operation.js";
import { type CalmTime, calmTime } from "./calm-time.js";
import { faultFigures, milliseconds } from "./fault-figures.js";
import { electionsSeen } from "./leader-changes.js";
import { loadOf, type Stretch } from "./load.js";
import { longestOutageNs } from "./outages.js";
import { changeNemesis, type Latencies, type RunFigures } from "../rollout-record.js";
import { timelineOf } from "./timeline.js";

/** What a history says of its load; the last reads are no part of it. */
export function figuresOf(history: History): RunFigures {
  const load = loadOf(history);
  const operations = history.operations.filter(({ phase }) => phase === "main");
  const faults = history.faults
    .filter(({ injectedAtNs }) => injectedAtNs < load.toNs)
    .sort((a, b) => a.injectedAtNs - b.injectedAtNs);
  const calm = calmTime(faults, load);
  const inCalm = completedIn(calm, operations);
  const isChange = ({ spec }: FaultRecord) => spec.nemesis === changeNemesis;
  const quiet = calmTime(
    faults.filter((fault) => !isChange(fault)),
    load,
  );
  const ok = okTimes(operations);
  const elections = electionsSeen(history.statuses.filter(({ atNs }) => isWithin(load, atNs)));
  return {
    seconds: (load.toNs - load.fromNs) / 1e9,
    operations: countByOutcome(operations),
    errors: countByError(operations),
    ...latenciesOf(operations),
    calm: { seconds: calm.seconds, operations: countOk(inCalm), ...latenciesOf(inCalm) },
    elsewhere: {
      ...countOk(completedIn(quiet, operations).filter(isElsewhere(faults.filter(isChange)))),
      longestOutageMs: milliseconds(longestOf(quiet.stretches.map((s) => longestOutageNs(ok, s)))),
    },
    longestOutageMs: milliseconds(longestOutageNs(ok, load)),
    leaderChanges: {
      all: elections.length,
      calm: elections.filter((atNs) => calm.holds({ fromNs: atNs, toNs: atNs })).length,
    },
    faults: faultFigures(faults, operations, load),
    timeline: timelineOf(operations, load),
  };
}

function isWithin({ fromNs, toNs }: Stretch, atNs: number): boolean {
  return atNs >= fromNs && atNs <= toNs;
}

/** One that reaches into a fault is none of calm time: it would have the fault's latency. */
function completedIn(time: CalmTime, operations: readonly Operation[]): Operation[] {
  return operations.filter(
    ({ invokedAtNs, completedAtNs }) =>
      completedAtNs !== undefined && time.holds({ fromNs: invokedAtNs, toNs: completedAtNs }),
  );
}

function longestOf(lengths: readonly number[]): number {
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}

/** At a node that was not being changed when it was invoked. */
function isElsewhere(changes: readonly FaultRecord[]): (operation: Operation) => boolean {
  return ({ node, invokedAtNs }) =>
    !changes.some(
      ({ spec, injectedAtNs, overAtNs = Infinity }) =>
        spec.nodes.includes(node) && invokedAtNs >= injectedAtNs && invokedAtNs < overAtNs,
    );
}

function countByOutcome(operations: readonly Operation[]): Record<Outcome["type"], number> {
  const counts = { ok: 0, fail: 0, info: 0 };
  for (const { outcome } of operations) counts[outcome.type]++;
  return counts;
}

function countOk(operations: readonly Operation[]): { readonly ok: number; readonly all: number } {
  return { ok: countByOutcome(operations).ok, all: operations.length };
}

/** The most frequent first. */
function countByError(operations: readonly Operation[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of operations) {
    if (outcome.type === "ok") continue;
    const name = outcome.error ? errorName(outcome.error) : "never completed";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function latenciesOf(operations: readonly Operation[]): { readonly latencyMs?: Latencies } {
  const sorted = Float64Array.from(
    operations.flatMap(({ outcome, invokedAtNs, completedAtNs }) =>
      outcome.type === "ok" && completedAtNs !== undefined ? [completedAtNs - invokedAtNs] : [],
    ),
  ).sort();
  if (sorted.length === 0) return {};
  const at = (share: number) => milliseconds(nearestRank(sorted, share));
  return { latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) } };
}

function okTimes(operations: readonly Operation[]): Float64Array {
  return Float64Array.from(
    operations.flatMap(({ outcome, completedAtNs }) =>
      outcome.type === "ok" && completedAtNs !== undefined ? [completedAtNs] : [],
    ),
  ).sort();
}
