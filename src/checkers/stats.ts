import type { Checker } from "../core/checker.js";
import { errorName } from "../core/classify-error.js";
import type { Operation, Outcome } from "../core/operation.js";
import { plural } from "../core/plural.js";

/** Milliseconds from invocation to completion. */
export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface KindStats {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Of those that ended ok; absent where none did. */
  readonly latencyMs?: Latencies;
}

/**
 * Counts operations by kind and outcome, errors by name, and latencies. A description, not a
 * property: valid whenever there was anything to count. Whether it was enough is for `coverage`.
 */
export const stats: Checker = {
  check({ operations }) {
    const tallies = [...tallyByKind(operations)];
    const total = statsOf(sum(tallies.map(([, tally]) => tally)));
    return {
      validity: operations.length > 0 ? "valid" : "unknown",
      summary:
        operations.length > 0
          ? `${plural(operations.length, "operation")}: ${total.ok} ok, ${total.fail} failed, ${total.info} unknown.`
          : "There were no operations.",
      findings: [],
      details: {
        operations: operations.length,
        total,
        kinds: Object.fromEntries(tallies.map(([f, tally]) => [f, statsOf(tally)])),
        errors: errorCounts(operations),
      },
    };
  },
};

interface Tally {
  readonly counts: Record<Outcome["type"], number>;
  /** Of those that ended ok, in milliseconds. */
  readonly latencies: readonly number[] | Float64Array;
}

/** One pass: a history may have a million operations. */
function tallyByKind(operations: readonly Operation[]): Map<string, Tally> {
  const tallies = new Map<string, { counts: Tally["counts"]; latencies: number[] }>();
  for (const { input, outcome, invokedAtNs, completedAtNs } of operations) {
    let tally = tallies.get(input.f);
    if (!tally) {
      tally = { counts: { ok: 0, fail: 0, info: 0 }, latencies: [] };
      tallies.set(input.f, tally);
    }
    tally.counts[outcome.type]++;
    if (outcome.type === "ok" && completedAtNs !== undefined) {
      tally.latencies.push((completedAtNs - invokedAtNs) / 1e6);
    }
  }
  return tallies;
}

function sum(tallies: readonly Tally[]): Tally {
  const counts = { ok: 0, fail: 0, info: 0 };
  const latencies = new Float64Array(tallies.reduce((all, each) => all + each.latencies.length, 0));
  let at = 0;
  for (const each of tallies) {
    counts.ok += each.counts.ok;
    counts.fail += each.counts.fail;
    counts.info += each.counts.info;
    latencies.set(each.latencies, at);
    at += each.latencies.length;
  }
  return { counts, latencies };
}

function statsOf({ counts, latencies }: Tally): KindStats {
  return { ...counts, ...(latencies.length > 0 && { latencyMs: quantilesOf(latencies) }) };
}

function quantilesOf(latencies: Tally["latencies"]): Latencies {
  const sorted = new Float64Array(latencies).sort();
  const quantile = (share: number) => Number(nearestRank(sorted, share).toFixed(3));
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) };
}

/** The smallest of these sorted values that so large a share, from 0 to 1, did not exceed; 0 of none. */
export function nearestRank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** By name, most frequent first, with the outcome that it led to. */
function errorCounts(
  operations: readonly Operation[],
): Record<string, { fail: number; info: number }> {
  const counts = new Map<string, { fail: number; info: number }>();
  for (const { outcome } of operations) {
    if (outcome.type === "ok") continue;
    const name = outcome.error ? errorName(outcome.error) : "never completed";
    const count = counts.get(name) ?? { fail: 0, info: 0 };
    count[outcome.type]++;
    counts.set(name, count);
  }
  const total = ({ fail, info }: { fail: number; info: number }) => fail + info;
  return Object.fromEntries([...counts].sort(([, a], [, b]) => total(b) - total(a)));
}
