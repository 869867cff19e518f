import type { Validity } from "../../core/checker.js";
import { plural } from "../../core/plural.js";

/** One run of a scenario. */
export interface Try {
  readonly validity: Validity;
  /** Of those checkers that are to object, the ones that did. */
  readonly caughtBy: readonly string[];
  /** Any checkers that objected. */
  readonly objecting: readonly string[];
  /** The verdict in one sentence. */
  readonly sentence: string;
  /** From the first operation to the last one that the first finding names. */
  readonly foundAfterMs?: number;
  /** From the beginning of the load to its end. */
  readonly tookMs: number;
  /** The run's folder, seen from the folder of all results. */
  readonly folder: string;
  /** Why the harness failed; undefined where it did not. */
  readonly failure?: string;
}

/** A scenario on a version of etcd. */
export interface Cell {
  readonly scenario: string;
  readonly issues: readonly number[];
  readonly title: string;
  /** As it was asked for. */
  readonly etcd: string;
  readonly version: string;
  /** Whether this version is known to have the bug. */
  readonly isAffected: boolean;
  /** Of runs with the bug at least this share is to be caught. */
  readonly leastCaught: number;
  /** Why it cannot be played there. */
  readonly impossible?: string;
  readonly tries: readonly Try[];
}

/** `bugs.json`. */
export interface BugMatrix {
  readonly ordeal: "bugs";
  readonly version: 1;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly command: string;
  readonly cells: readonly Cell[];
}

export type CellOutcome =
  | "as-expected"
  /** It is known to have the bug, and that was not seen often enough. */
  | "missed"
  /** Something was found where nothing should be. */
  | "unexpected"
  /** Too many of its runs prove nothing. */
  | "inconclusive"
  | "failed"
  | "impossible";

export const outcomeWords: Readonly<Record<CellOutcome, string>> = {
  "as-expected": "as expected",
  missed: "not caught",
  unexpected: "unexpected violation",
  inconclusive: "inconclusive",
  failed: "the harness failed",
  impossible: "not applicable",
};

export function outcomeOf(cell: Cell): CellOutcome {
  const { tries, isAffected, leastCaught, impossible } = cell;
  if (impossible !== undefined) return "impossible";
  if (tries.some(({ failure }) => failure !== undefined)) return "failed";
  if (isAffected) {
    if (tries.some(isOtherwise)) return "unexpected";
    if (caughtIn(cell) >= leastCaught * tries.length) return "as-expected";
    return "missed";
  }
  if (tries.some(({ validity }) => validity === "invalid")) return "unexpected";
  return tries.every(({ validity }) => validity === "valid") ? "as-expected" : "inconclusive";
}

export function caughtIn({ tries }: Pick<Cell, "tries">): number {
  return tries.filter(({ caughtBy }) => caughtBy.length > 0).length;
}

function cleanIn({ tries }: Pick<Cell, "tries">): number {
  return tries.filter(({ validity }) => validity === "valid").length;
}

/** A violation, but not by a checker that this bug is for. */
function isOtherwise({ validity, caughtBy }: Try): boolean {
  return validity === "invalid" && caughtBy.length === 0;
}

/** "caught 3 of 3", "clean 2 of 3, 1 inconclusive". */
export function cellWords(cell: Cell): string {
  const { tries, isAffected, impossible } = cell;
  if (impossible !== undefined) return "not applicable";
  const unknown = tries.filter(({ validity }) => validity === "unknown").length;
  const count = isAffected ? caughtIn(cell) : cleanIn(cell);
  const other = isAffected
    ? tries.filter(isOtherwise).length
    : tries.filter(({ validity }) => validity === "invalid").length;
  return [
    `${isAffected ? "caught" : "clean"} ${count} of ${tries.length}`,
    ...(other > 0 ? [plural(other, isAffected ? "other violation" : "violation")] : []),
    ...(unknown > 0 ? [`${unknown} inconclusive`] : []),
  ].join(", ");
}

/** Milliseconds, of those that were caught. Undefined where none was. */
export function medianToDetection({ tries }: Pick<Cell, "tries">): number | undefined {
  const times = tries
    .flatMap(({ caughtBy, foundAfterMs }) =>
      caughtBy.length > 0 && foundAfterMs !== undefined ? [foundAfterMs] : [],
    )
    .sort((a, b) => a - b);
  return times[Math.floor((times.length - 1) / 2)];
}

/** "1.2 s". */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** 0 as expected, 1 a violation where there should be none, 2 not shown, 3 the harness failed. */
export function exitCodeOf(cells: readonly Cell[]): 0 | 1 | 2 | 3 {
  const outcomes = new Set(cells.map(outcomeOf));
  if (outcomes.has("unexpected")) return 1;
  if (outcomes.has("failed")) return 3;
  return outcomes.has("missed") || outcomes.has("inconclusive") ? 2 : 0;
}
