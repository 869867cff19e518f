import { ddmin } from "../ddmin.js";
import {
  type Candidate,
  type CandidateHost,
  type CandidateOptions,
  candidatesOf,
  failuresAmong,
} from "./candidates.js";
import type { SavedRun } from "./saved-run.js";
import { type EndOfTries, shortestFailing, type Try } from "./tries.js";
import type { Interval } from "../interval.js";
import { wilsonInterval } from "../wilson.js";

export interface Shrunk {
  readonly from: Candidate;
  /** The smallest that failed; undefined where the whole schedule did not. */
  readonly to?: Candidate;
  /** Those that are kept: of the smallest, or of the whole schedule where that did not fail. */
  readonly tries: readonly Try[];
  /** A failing run of the smallest, whose plan can be replayed. */
  readonly shortest?: Try;
  /** How often that failed which was tried last: the smallest anew, or the whole schedule. */
  readonly share: Share;
  /** How many schedules were tried. */
  readonly candidates: number;
  readonly end: EndOfTries;
}

export interface Share {
  readonly failed: number;
  readonly tries: number;
  readonly interval: Interval;
}

/** A load that is shorter has hardly begun. */
const leastTimeLimitMs = 1_000;

/**
 * Drops faults, and shortens the load, as long as the violation still shows often enough. The time
 * limit is halved first, since that makes all that follows cheaper, then faults are dropped until
 * none of them can be spared, then it is halved once more. What is left is tried anew at the end:
 * the tries that led there are those that happened to fail, and would promise too much.
 */
export async function shrinkSchedule(
  saved: SavedRun,
  options: CandidateOptions,
  host: CandidateHost,
): Promise<Shrunk> {
  const from: Candidate = { faults: saved.faults, timeLimitMs: saved.options.timeLimitMs };
  const { search, fails, tryAnew } = candidatesOf(saved, options, host);

  async function shorten(candidate: Candidate): Promise<Candidate> {
    const half = until(candidate.timeLimitMs / 2, candidate);
    const isShorter = half.timeLimitMs >= leastTimeLimitMs && (await fails(half));
    return isShorter ? shorten(half) : candidate;
  }

  if (await fails(from)) {
    const short = await shorten(from);
    const faults = await fewest(short.faults, (rest) => fails({ ...short, faults: rest }));
    await shorten({ ...short, faults });
  }
  const { smallest, candidates, tries: found } = search;
  const anew = smallest ? await tryAnew(smallest) : [];
  const tries = [...found, ...anew];
  const shortest = shortestFailing(tries);
  return {
    from,
    ...(smallest && { to: smallest }),
    tries,
    ...(shortest && { shortest }),
    share: shareOf(smallest ? anew : found),
    candidates,
    end: search.end,
  };
}

/** None of them, if it needs none, else those that cannot be spared. Nothing is tried twice. */
async function fewest<T>(
  faults: readonly T[],
  fails: (rest: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (faults.length === 0 || (await fails([]))) return [];
  const spared = new Set<string>();
  return ddmin(faults, async (rest) => {
    const name = rest.map((fault) => faults.indexOf(fault)).join(" ");
    if (rest.length === 0 || spared.has(name)) return undefined;
    if (await fails(rest)) return rest;
    spared.add(name);
    return undefined;
  });
}

/** What begins later falls away with the load. */
function until(timeLimitMs: number, { faults }: Candidate): Candidate {
  return { timeLimitMs, faults: faults.filter(({ atNs }) => atNs < timeLimitMs * 1e6) };
}

function shareOf(tries: readonly Try[]): Share {
  const failed = failuresAmong(tries);
  return { failed, tries: tries.length, interval: wilsonInterval(failed, tries.length) };
}
