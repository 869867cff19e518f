import type { Finding } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { ddmin } from "../ddmin.js";
import type { Excerpt } from "./excerpt.js";
import { keyOf, type Lineage, lineageOf } from "./lineage.js";
import { type ShrinkJudge, type ShrinkProgress, startTrial, type Trial } from "./trial.js";

export interface ShrinkOptions {
  /** Of the checker, in the whole history. */
  readonly findings: readonly Finding[];
  readonly judge: ShrinkJudge;
  /** Ends the search: then the smallest found so far is the result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

export interface Shrunk {
  readonly excerpt: Excerpt;
  readonly operations: number;
  /** False where the search ended early, or where the checker could not tell now and then. */
  readonly isMinimal: boolean;
}

/**
 * The smallest history that still fails the same checker: no single operation of it can be left out
 * without it passing, or telling of an answer that came from nowhere (see lineage.ts). Its order of
 * events is that of the whole. Deterministic where the judge is.
 *
 * Begins with the operations that a finding names and those they need, since these mostly fail by
 * themselves; else leaves out keys, then processes, then operations. Undefined where nothing that
 * fails was found: the signal came too early, or the violation needs what an excerpt has not.
 */
export async function shrink(
  history: History,
  { findings, signal, ...options }: ShrinkOptions,
): Promise<Shrunk | undefined> {
  const lineage = lineageOf(history.operations);
  for (const keepsLogs of [false, true]) {
    const trial = startTrial(history, {
      ...options,
      lineage,
      keepsLogs,
      ...(signal && { signal }),
    });
    let isMinimal = false;
    try {
      const start = await firstThatFails(trial, startsOf(history, findings, lineage));
      if (start) isMinimal = await leaveOut(history, start, { trial, lineage });
    } catch (error) {
      // A search that was ended has found something too.
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
    const places = trial.smallest();
    if (places) return { excerpt: trial.excerpt(places), operations: places.length, isMinimal };
  }
  return undefined;
}

/** What each finding names, the fewest first; then all that is on the same keys; then all there is. */
function startsOf(
  { operations }: History,
  findings: readonly Finding[],
  lineage: Lineage,
): number[][] {
  const placeOf = new Map(operations.map(({ index }, place) => [index, place]));
  const named = findings.map((finding) =>
    finding.operations.flatMap((at) => placeOf.get(at) ?? []),
  );
  const keys = new Set(named.flat().flatMap((place) => keysAt(operations, place)));
  const everywhere = operations.map((_, place) => place);
  return [
    ...named
      .map((places) => lineage.withSources(places))
      .sort((one, other) => one.length - other.length),
    everywhere.filter((place) => keysAt(operations, place).some((key) => keys.has(key))),
    everywhere,
  ];
}

function keysAt(operations: History["operations"], place: number): string[] {
  const operation = operations[place];
  return operation ? [keyOf(operation)] : [];
}

async function firstThatFails(trial: Trial, starts: readonly (readonly number[])[]) {
  for (const places of starts) if (await trial.fails(places)) return places;
  return undefined;
}

interface Search {
  readonly trial: Trial;
  readonly lineage: Lineage;
}

/** Ever smaller parts. Resolves with whether what is left at last is known to be minimal. */
async function leaveOut(
  { operations }: History,
  start: readonly number[],
  search: Search,
): Promise<boolean> {
  const parts = [
    (place: number) => keysAt(operations, place)[0],
    (place: number) => operations[place]?.process,
    (place: number) => place,
  ];
  let left = start;
  for (const partOf of parts) {
    const smaller = await ddmin(grouped(left, partOf), async (groups) => {
      const rest = search.lineage.withoutOrphans(groups.flat());
      return (await search.trial.fails(rest)) ? grouped(rest, partOf) : undefined;
    });
    left = smaller.flat().sort((a, b) => a - b);
  }
  return leaveOutOneByOne(left, search);
}

function grouped(places: readonly number[], partOf: (place: number) => unknown): number[][] {
  const groups = new Map<unknown, number[]>();
  for (const place of places) {
    const part = partOf(place);
    const group = groups.get(part);
    if (group) group.push(place);
    else groups.set(part, [place]);
  }
  return [...groups.values()];
}

/** Late ones first, which leaves the write that first replaced a value. Again until none goes. */
async function leaveOutOneByOne(start: readonly number[], { trial }: Search): Promise<boolean> {
  let left = start;
  for (;;) {
    const before = left.length;
    const undecidedBefore = trial.undecided();
    for (const place of left.toReversed()) {
      const rest = left.filter((other) => other !== place);
      if (await trial.fails(rest)) left = rest;
    }
    if (left.length === before) return trial.undecided() === undecidedBefore;
  }
}
