import { nearestRank } from "../stats.js";
import type { ElementStory } from "./element-stories.js";
import { acknowledgedAt, type SetOperation, type SetRecord } from "./set-operation.js";
import {
  isNeverRead,
  type Kind,
  kinds,
  msToVisibility,
  type Trouble,
  troublesOf,
} from "./set-troubles.js";

/** What the sets together come to, of those that were judged to their end. */
export interface Tally {
  decided: number;
  /** Answers that told what a set held. */
  answers: number;
  /** Elements that somebody asked to add, that were acknowledged, and that were found. */
  attempted: number;
  acknowledged: number;
  found: number;
  readonly troubles: Trouble[];
  /** Acknowledged adds of elements that nobody can have found. */
  readonly neverRead: SetOperation[];
  readonly msToVisibility: number[];
}

export function newTally(): Tally {
  const counts = { decided: 0, answers: 0, attempted: 0, acknowledged: 0, found: 0 };
  return { ...counts, troubles: [], neverRead: [], msToVisibility: [] };
}

export function addUp(tally: Tally, record: SetRecord, stories: readonly ElementStory[]): void {
  tally.decided += 1;
  tally.answers += record.sightings.length;
  for (const story of stories) {
    if (story.attempts.length > 0) tally.attempted += 1;
    if (story.isAcknowledged) tally.acknowledged += 1;
    if (story.lastSeenBy) tally.found += 1;
    const ms = msToVisibility(story);
    if (ms !== undefined) tally.msToVisibility.push(ms);
    if (!isNeverRead(story)) continue;
    const add = story.attempts.find((attempt) => acknowledgedAt(attempt) !== undefined);
    if (add) tally.neverRead.push(add);
  }
  for (const trouble of troublesOf(record, stories)) tally.troubles.push(trouble);
}

/** How many elements each kind of trouble befell. */
function troubled({ troubles }: Tally): Readonly<Record<Kind, number>> {
  const counts = { lost: 0, unexpected: 0, duplicated: 0, stale: 0, missing: 0 };
  for (const { kind, stories } of troubles) counts[kind] += stories.length;
  return counts;
}

/** Plain JSON, for people and programs. */
export function detailsOf(tally: Tally): Readonly<Record<string, unknown>> {
  const { decided, answers, attempted, acknowledged, found, neverRead } = tally;
  return {
    ...{ sets: decided, answers, attempted, acknowledged, found },
    ...troubled(tally),
    neverRead: neverRead.length,
    ...(tally.msToVisibility.length > 0 && {
      timeToVisibilityMs: percentilesOf(tally.msToVisibility),
    }),
  };
}

function percentilesOf(ms: readonly number[]): Readonly<Record<string, number>> {
  const sorted = new Float64Array(ms).sort();
  const rank = (share: number) => Number(nearestRank(sorted, share).toFixed(3));
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
}

/** "2 lost, 1 stale": those that there are, the worst first. */
export function troubledInWords(tally: Tally): string {
  const counts = troubled(tally);
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(", ");
}
