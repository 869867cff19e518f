import type { Checker } from "../core/checker.js";
import { errorName } from "../core/classify-error.js";
import type { Operation } from "../core/operation.js";
import { plural } from "./words.js";

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
    const total = kindStats(operations);
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
        kinds: Object.fromEntries(
          [...groupBy(operations, ({ input }) => input.f)].map(([f, group]) => [
            f,
            kindStats(group),
          ]),
        ),
        errors: errorCounts(operations),
      },
    };
  },
};

function kindStats(operations: readonly Operation[]): KindStats {
  const counts = { ok: 0, fail: 0, info: 0 };
  const latenciesMs: number[] = [];
  for (const { outcome, invokedAtNs, completedAtNs } of operations) {
    counts[outcome.type]++;
    if (outcome.type === "ok" && completedAtNs !== undefined) {
      latenciesMs.push((completedAtNs - invokedAtNs) / 1e6);
    }
  }
  return { ...counts, ...(latenciesMs.length > 0 && { latencyMs: latencies(latenciesMs) }) };
}

function latencies(ms: readonly number[]): Latencies {
  const sorted = Float64Array.from(ms).sort();
  // The nearest rank: the smallest latency that so large a share did not exceed.
  const quantile = (share: number) => {
    const latency = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return Number(latency.toFixed(3));
  };
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) };
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
  const sum = ({ fail, info }: { fail: number; info: number }) => fail + info;
  return Object.fromEntries([...counts].sort(([, a], [, b]) => sum(b) - sum(a)));
}

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
