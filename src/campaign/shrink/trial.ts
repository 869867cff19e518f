import type { Validity } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { type Excerpt, type ExcerptOptions, excerptOf, historyIn } from "./excerpt.js";
import type { Lineage } from "./lineage.js";

export interface ShrinkJudge {
  /** What the checker says that found the violation. */
  readonly target: (history: History) => Promise<Validity>;
  /** Whether any of the checkers finds a violation. */
  readonly findsAny: (history: History) => Promise<boolean>;
}

export interface ShrinkProgress {
  /** Smaller histories that were judged. */
  readonly tried: number;
  /** Operations of the smallest one that fails; undefined before one was found. */
  readonly left: number | undefined;
}

export interface TrialOptions extends ExcerptOptions {
  readonly judge: ShrinkJudge;
  readonly lineage: Lineage;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

/** Tries out fewer operations of a history, named by their places in it. */
export interface Trial {
  /**
   * Whether these operations alone fail in the same way: the checker finds a violation, and each
   * answer came from somewhere if it did so in the whole. Rejects with the signal's reason.
   */
  readonly fails: (places: readonly number[]) => Promise<boolean>;
  /** The fewest that failed. */
  readonly smallest: () => readonly number[] | undefined;
  /** How often the checker could not tell. */
  readonly undecided: () => number;
  readonly excerpt: (places: readonly number[]) => Excerpt;
}

/** Answers are remembered for so few operations alone: names of longer lists take much memory. */
const mostRemembered = 1_000;

export function startTrial(
  history: History,
  { judge, lineage, signal, onProgress, keepsLogs }: TrialOptions,
): Trial {
  const validities = new Map<string, Validity>();
  const stories = new Map<string, boolean>();
  let smallest: readonly number[] | undefined;
  let tried = 0;
  let undecided = 0;

  const excerpt = (places: readonly number[]) =>
    excerptOf(
      history,
      places.flatMap((place) => history.operations[place] ?? []),
      { keepsLogs },
    );

  /** What was broken off by the signal is not an answer. */
  async function judged<T>(places: readonly number[], ask: (excerpt: History) => Promise<T>) {
    signal?.throwIfAborted();
    const answer = await ask(historyIn(excerpt(places)));
    signal?.throwIfAborted();
    return answer;
  }

  async function validityOf(places: readonly number[]): Promise<Validity> {
    const validity = await judged(places, judge.target);
    tried += 1;
    onProgress?.({ tried, left: smallest?.length });
    return validity;
  }

  /**
   * An answer may do without one of its sources where nobody finds anything wrong with it all the
   * same: then it was none. Asked of the answer with what is left of its sources, and theirs. Not so
   * with deletions: by itself, an answer that found nothing is right without any, but beside a write
   * that was deleted it is wrong.
   */
  async function isSound(places: readonly number[]): Promise<boolean> {
    const within = new Set(places);
    for (const place of places) {
      if (lineage.deletionsBehind(place).some((source) => !within.has(source))) return false;
      if (lineage.sourcesOf(place).every((source) => within.has(source))) continue;
      const story = lineage.withSources([place], within);
      if (await remembered(stories, story, () => judged(story, judge.findsAny))) return false;
    }
    return true;
  }

  return {
    async fails(places) {
      const validity = await remembered(validities, places, () => validityOf(places));
      if (validity === "unknown") undecided += 1;
      if (validity !== "invalid" || !(await isSound(places))) return false;
      if (!smallest || places.length < smallest.length) smallest = places;
      return true;
    },
    smallest: () => smallest,
    undecided: () => undecided,
    excerpt,
  };
}

async function remembered<T>(
  answers: Map<string, T>,
  places: readonly number[],
  ask: () => Promise<T>,
): Promise<T> {
  if (places.length > mostRemembered) return ask();
  const name = places.join(" ");
  const known = answers.get(name);
  if (known !== undefined) return known;
  const answer = await ask();
  answers.set(name, answer);
  return answer;
}
