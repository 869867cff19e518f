import type { Budget } from "../budget.js";
import type { SteppedSearch } from "../parts/order.js";
import type { StartedSearch } from "./engines.js";
import type { SearchCost, SearchEnd } from "./search-end.js";

/** One of several searches that share a thread. */
export interface SearchJob {
  start(): StartedSearch;
  ended(end: SearchEnd, cost: SearchCost): void;
}

export interface Turns {
  readonly budget: Budget;
  /** Goes on until a turn of so many steps is over. Default: until all have ended. */
  readonly upTo?: number;
  /** Called now and then, with the configurations looked at since the last time. */
  readonly onProgress?: (visited: number) => void;
}

/** Steps that each search gets in its first turn; four times as many in each turn after. */
const firstTurn = 2000;
const longestTurn = 2 ** 30;
/** Steps between two looks at the clock: some tenths of a millisecond. */
const stepsAtOnce = 1000;

/**
 * Runs searches in turns, so that one hard part keeps no other from its verdict. Resolves to those
 * that are still open after the last turn asked for.
 */
export async function searchInTurns<Job extends SearchJob>(
  jobs: readonly Job[],
  turns: Turns,
): Promise<readonly Job[]> {
  let open = jobs.map((job): Running<Job> => ({ job, ...notStarted }));
  for (let turn = firstTurn; open.length > 0; turn = Math.min(4 * turn, longestTurn)) {
    if (turns.upTo !== undefined && turn > turns.upTo) break;
    for (const running of open) await takeTurn(running, turn, open, turns);
    open = open.filter(({ hasEnded }) => !hasEnded);
  }
  return open.map(({ job }) => job);
}

interface Running<Job> {
  readonly job: Job;
  started: StartedSearch | undefined;
  hasEnded: boolean;
  bytes: number;
  elapsedMs: number;
}

const notStarted = { started: undefined, hasEnded: false, bytes: 0, elapsedMs: 0 } as const;

async function takeTurn<Job extends SearchJob>(
  running: Running<Job>,
  steps: number,
  all: readonly Running<Job>[],
  { budget, onProgress }: Turns,
): Promise<void> {
  for (let left = steps; left > 0 && !running.hasEnded; left -= stepsAtOnce) {
    const reason = budget.expired();
    if (reason) {
      end(running, { outcome: "unknown", reason });
      return;
    }
    const startedMs = budget.elapsedMs();
    const { search } = (running.started ??= running.job.start());
    const visited = search.visited;
    const outcome = search.run(stepsAtOnce);
    running.bytes = Math.max(running.bytes, search.bytes());
    running.elapsedMs += budget.elapsedMs() - startedMs;
    onProgress?.(search.visited - visited);
    if (outcome === "found") end(running, { outcome: "valid", order: search.order() });
    else if (outcome === "impossible") {
      end(running, { outcome: "invalid", reached: search.reached });
    } else spareMemory(all, budget);
    await budget.breathe();
  }
}

/** With its end the search goes, and what it remembers with it. */
function end(running: Running<SearchJob>, how: SearchEnd): void {
  const { engine, search } = running.started ?? running.job.start();
  const { bytes, elapsedMs } = running;
  running.hasEnded = true;
  running.started = undefined;
  const { visited } = search;
  search.release?.();
  running.job.ended(how, { engine, visited, bytes, elapsedMs });
}

/** While the searches together use too much, the largest gives up. */
function spareMemory(all: readonly Running<SearchJob>[], budget: Budget): void {
  let sum = 0;
  for (const { started } of all) sum += bytesOf(started?.search);
  while (sum > budget.memoryBytes) {
    const largest = all.reduce((a, b) =>
      bytesOf(a.started?.search) >= bytesOf(b.started?.search) ? a : b,
    );
    const bytes = bytesOf(largest.started?.search);
    if (bytes === 0) return;
    sum -= bytes;
    end(largest, { outcome: "unknown", reason: "memory" });
  }
}

function bytesOf(search: SteppedSearch | undefined): number {
  return search?.bytes() ?? 0;
}
