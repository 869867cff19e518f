import { type Comparison, compareHistories } from "./compare-histories.js";
import type { SavedRun } from "./saved-run.js";
import { type EndOfTries, type ReplayHost, type Subject, type Try, tryUntil } from "./tries.js";
import type { Interval } from "../interval.js";
import { wilsonInterval } from "../wilson.js";

export interface ReplayOptions {
  /** How many tries; Infinity: without end. */
  readonly times: number;
  readonly untilFailure: boolean;
  /** Folder that the runs are kept in. */
  readonly results: string;
  /** Whether the same options and seed give the same history to the byte. */
  readonly isExact: boolean;
}

export interface Replayed {
  readonly tries: readonly Try[];
  readonly end: EndOfTries;
  /** Tries in which the violation showed. */
  readonly failed: number;
  /** How often it may show; undefined where each try is the same one again. */
  readonly interval?: Interval;
  /** Of the saved history with that of each try; empty where runs cannot be repeated exactly. */
  readonly comparisons: readonly Comparison[];
}

/**
 * Makes a saved run again, on a new cluster of the same kind, versions and configuration.
 *
 * What is the same each time: the choices of each client, which come from a stream of the seed that
 * is the thread's own (the kind of each operation, its slot, the value that it writes, and the pause
 * before it); and the faults. What is not: when an answer comes, and all that follows from it, such
 * as the expected value of a compare-and-set, the moment in which a slot's key is left for a fresh
 * one, how often a thread gets its turn.
 *
 * Where runs can be repeated exactly the nemeses choose anew, since they choose the same. Elsewhere
 * each recorded fault is injected at its time and for as long as it lasted.
 */
export async function replay(
  saved: SavedRun,
  options: ReplayOptions,
  host: ReplayHost,
): Promise<Replayed> {
  const { times, untilFailure, isExact } = options;
  const subject = subjectOf(saved, options);
  const { tries, end } = await tryUntil(
    () => subject,
    (soFar) => {
      const last = soFar.at(-1);
      if (last && untilFailure && last.outcome === "same") return true;
      // What is the same again each time needs no end of tries.
      if (last && isExact && times === Infinity) return true;
      return soFar.length >= times;
    },
    host,
  );
  const failed = tries.filter(({ outcome }) => outcome === "same").length;
  return {
    tries,
    end,
    failed,
    ...(!isExact && { interval: wilsonInterval(failed, tries.length) }),
    comparisons: isExact
      ? tries.map(({ folder }) => compareHistories(saved.history, folder.history))
      : [],
  };
}

function subjectOf(saved: SavedRun, { results, isExact }: ReplayOptions): Subject {
  const { name, plan, options, faults, violated } = saved;
  const again = { ...options, results, keep: false };
  const common = { name: `${name}-replay`, looksFor: violated };
  if (isExact && !plan.plannedFaults) return { ...common, options: again, command: plan.command };
  return { ...common, options: again, plannedFaults: faults };
}
