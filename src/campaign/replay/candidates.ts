import type { PlannedFault } from "../../core/run.js";
import { seededRandom } from "../../generator/seeded-random.js";
import type { TestOptions } from "../../test-options.js";
import type { SavedRun } from "./saved-run.js";
import {
  type EndOfTries,
  type ReplayHost,
  type Subject,
  type Tried,
  type Try,
  tryUntil,
} from "./tries.js";

/** A part of a saved run: some of its faults, and a load that may be shorter. */
export interface Candidate {
  readonly faults: readonly PlannedFault[];
  readonly timeLimitMs: number;
}

export interface CandidateOptions {
  /** A candidate fails where the violation shows in `atLeast` of `times` tries. */
  readonly times: number;
  readonly atLeast: number;
  /** Folder that the runs are kept in. */
  readonly results: string;
  /** Whether the cluster's chances come from a seed, which is then another one for each try. */
  readonly isExact: boolean;
}

export interface CandidateHost extends ReplayHost {
  readonly onCandidate: (candidate: Candidate) => void;
  /** Removes what need not be kept. */
  readonly discard: (tries: readonly Try[]) => void;
}

/** How a search for a smaller candidate stands. */
export interface Search {
  /** Of the smallest that failed, those that led there. */
  tries: readonly Try[];
  smallest: Candidate | undefined;
  /** How many candidates were tried. */
  candidates: number;
  /** Once it is not "enough" nothing is tried any more, and nothing fails. */
  end: EndOfTries;
}

export interface Candidates {
  readonly search: Search;
  /** Whether it fails; each one that does is to be smaller than the one before. */
  readonly fails: (candidate: Candidate) => Promise<boolean>;
  /** All the tries once more, with other chances where they come from a seed. */
  readonly tryAnew: (candidate: Candidate) => Promise<readonly Try[]>;
}

/**
 * Tries parts of a saved run. On a cluster whose chances come from a seed each try has a seed of its
 * own for them, the same ones for each candidate, while the clients' choices stay what they were:
 * the outcome hangs on the schedule rather than on one lucky moment, and each try can be repeated.
 */
export function candidatesOf(
  saved: SavedRun,
  options: CandidateOptions,
  host: CandidateHost,
): Candidates {
  const { times, atLeast } = options;
  const search: Search = { tries: [], smallest: undefined, candidates: 0, end: "enough" };

  async function tryOf(
    candidate: Candidate,
    first: number,
    isEnough: (soFar: readonly Try[]) => boolean,
  ): Promise<Tried> {
    if (search.end !== "enough") return { tries: [], end: search.end };
    const tried = await tryUntil(
      (number) => subjectOf(saved, candidate, { ...options, number: first + number }),
      isEnough,
      host,
    );
    search.end = tried.end;
    return tried;
  }

  /** Another violation is worth a look, whatever becomes of the candidate. */
  function discard(tries: readonly Try[]): void {
    host.discard(tries.filter(({ outcome }) => outcome !== "another"));
  }

  return {
    search,
    async fails(candidate) {
      if (search.end !== "enough") return false;
      search.candidates += 1;
      host.onCandidate(candidate);
      const { tries } = await tryOf(candidate, 0, (soFar) => isDecided(soFar, options));
      const isFailing = failuresAmong(tries) >= atLeast;
      if (isFailing) {
        discard(search.tries);
        search.tries = tries;
        search.smallest = candidate;
      } else if (search.smallest) discard(tries);
      // Of the whole schedule, which did not fail, they are all that there is to see.
      else search.tries = tries;
      return isFailing;
    },
    async tryAnew(candidate) {
      const { tries } = await tryOf(candidate, times, (soFar) => soFar.length >= times);
      return tries;
    },
  };
}

/** As soon as nothing that may still come can change the answer. */
function isDecided(
  soFar: readonly Try[],
  { times, atLeast }: Pick<CandidateOptions, "times" | "atLeast">,
): boolean {
  const failed = failuresAmong(soFar);
  return failed >= atLeast || failed + times - soFar.length < atLeast;
}

export function failuresAmong(tries: readonly Try[]): number {
  return tries.filter(({ outcome }) => outcome === "same").length;
}

function subjectOf(
  { name, options, violated }: SavedRun,
  { faults, timeLimitMs }: Candidate,
  { results, isExact, number }: CandidateOptions & { readonly number: number },
): Subject {
  const tried: TestOptions = {
    ...options,
    results,
    keep: false,
    timeLimitMs,
    nemeses: [...new Set(faults.map(({ spec }) => spec.nemesis))],
    ...(isExact && { clusterSeed: clusterSeedOf(options, number) }),
  };
  return { name: `${name}-shrink`, options: tried, plannedFaults: faults, looksFor: violated };
}

/** The first try has the recorded run's own. */
function clusterSeedOf({ seed, clusterSeed = seed }: TestOptions, number: number): number {
  return number === 0
    ? clusterSeed
    : seededRandom(clusterSeed)
        .fork(`try ${number}`)
        .below(2 ** 32);
}
