import type { Finding } from "../../../core/checker.js";
import type { Report } from "./load.js";

/** A finding with its place in the page. */
export interface PlacedFinding {
  readonly id: string;
  readonly checker: string;
  readonly finding: Finding;
  /** Invocation indexes of the operations that show it. */
  readonly operations: readonly number[];
  /** Seconds; undefined where it names no operation. */
  readonly window?: { readonly from: number; readonly to: number };
}

/** Findings of invalid checkers first, in the order in which the verdict lists them. */
export function findingsOf(report: Report): readonly PlacedFinding[] {
  const checkers = Object.entries(report.data.verdict.checkers);
  const order = ["invalid", "unknown", "valid"];
  return checkers
    .toSorted(([, a], [, b]) => order.indexOf(a.validity) - order.indexOf(b.validity))
    .flatMap(([checker, { findings, validity }]) =>
      findings
        // What a doubtful checker misses is told above; only what has evidence comes again.
        .filter((finding) => validity === "invalid" || finding.operations.length > 0)
        .map((finding) => ({ checker, finding })),
    )
    .map(({ checker, finding }, number) => {
      const operations = operationsOf(finding);
      const window = windowOf(report, operations);
      return {
        id: `finding-${number + 1}`,
        checker,
        finding,
        operations,
        ...(window ? { window } : {}),
      };
    });
}

function operationsOf({ operations, counterexample }: Finding): readonly number[] {
  const few = counterexample?.operations.map(({ index }) => index) ?? [];
  return few.length > 0 ? few : operations;
}

function windowOf(
  { columns, positionOf, duration }: Report,
  operations: readonly number[],
): { from: number; to: number } | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const index of operations) {
    const position = positionOf(index);
    if (position < 0) continue;
    const start = columns.start[position] ?? 0;
    const end = columns.end[position] ?? NaN;
    from = Math.min(from, start);
    // An operation without an end would stretch the window to the end of the run.
    to = Math.max(to, Number.isNaN(end) ? start : end);
  }
  if (from > to) return undefined;
  const margin = Math.max(0.15 * (to - from), 0.005);
  return { from: Math.max(0, from - margin), to: Math.min(duration, to + margin) };
}
