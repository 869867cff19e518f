import type { Budget } from "../budget.js";
import { type SearchJob, searchInTurns } from "../engines/search-in-turns.js";
import { type RemoteJob, searchOnWorkers } from "./search-on-workers.js";
import type { SearchTask } from "./search-task.js";

/** A part that no quick engine could decide. */
export interface OpenPart extends SearchJob {
  /** The search for another thread; undefined where it cannot be sent. */
  task(): SearchTask | undefined;
}

export interface SearchAll {
  readonly budget: Budget;
  readonly workers: number;
  readonly onProgress: (visited: number) => void;
}

/** Beyond so many steps a search takes longer than a thread needs to start. */
const hardFrom = 32_000;

/**
 * Searches here until only hard parts are left, and goes on with those on threads of their own if
 * there are several. They begin anew there: what they do and find is the same wherever they run.
 */
export async function searchAll(
  parts: readonly OpenPart[],
  { budget, workers, onProgress }: SearchAll,
): Promise<void> {
  const isWorthThreads = (open: readonly OpenPart[]) => workers > 1 && open.length > 1;
  if (!isWorthThreads(parts)) {
    await searchInTurns(parts, { budget, onProgress });
    return;
  }
  const hard = await searchInTurns(parts, { budget, onProgress, upTo: hardFrom });
  const remote: RemoteJob[] = [];
  const local: OpenPart[] = [];
  for (const part of hard) {
    const task = isWorthThreads(hard) ? part.task() : undefined;
    if (!task) local.push(part);
    else
      remote.push({
        task,
        ended: (...of) => {
          part.ended(...of);
        },
      });
  }
  await Promise.all([
    searchInTurns(local, { budget, onProgress }),
    searchOnWorkers(remote, { count: workers, budget, onProgress }),
  ]);
}
