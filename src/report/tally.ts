import { errorName } from "../core/classify-error.js";
import type { Operation } from "../core/operation.js";
import type { ErrorClass, KindCount } from "./report-data.js";

/** Operations by kind, phase and outcome, in the order in which kinds first occur. */
export function countKinds(operations: readonly Operation[]): readonly KindCount[] {
  const counts = new Map<string, { -readonly [Name in keyof KindCount]: KindCount[Name] }>();
  for (const { input, phase, outcome } of operations) {
    const id = JSON.stringify([phase, input.f]);
    const count = counts.get(id) ?? { f: input.f, phase, ok: 0, fail: 0, info: 0 };
    count[outcome.type]++;
    counts.set(id, count);
  }
  return [...counts.values()];
}

/** Classes by gRPC code alone: what was said is then all there is to tell one from another. */
const unclassified: ReadonlySet<string> = new Set([
  "unknown",
  "cancelled",
  "unavailable",
  "resource-exhausted",
  "internal",
  "no-connection",
]);

/**
 * Errors by their class in the one table of errors, most frequent first; of those that it knows no
 * class for, those together that say the same but for numbers and addresses.
 */
export function classifyErrors(operations: readonly Operation[]): readonly ErrorClass[] {
  const classes = new Map<string, { -readonly [Name in keyof ErrorClass]: ErrorClass[Name] }>();
  for (const { index, outcome } of operations) {
    if (outcome.type === "ok") continue;
    const { error } = outcome;
    const name = error ? errorName(error) : "no-answer";
    const details = error ? withoutParticulars(error.details) : "no answer before the run ended";
    const isKnown = error !== undefined && !unclassified.has(name);
    const id = JSON.stringify([outcome.type, error?.code, name, isKnown || details]);
    const known = classes.get(id);
    if (known) {
      known.count++;
    } else {
      const code = error ? { code: error.code } : {};
      classes.set(id, { outcome: outcome.type, name, ...code, details, count: 1, first: index });
    }
  }
  return [...classes.values()].sort((a, b) => b.count - a.count || a.first - b.first);
}

/** Addresses, durations and ids differ from call to call; the kind of trouble does not. */
function withoutParticulars(details: string): string {
  return details
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g, "…")
    .replace(/\b[0-9a-f]{12,16}\b/g, "…")
    .replace(/\d+(?:\.\d+)?/g, "…");
}
