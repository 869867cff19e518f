import { Worker } from "node:worker_threads";
import { at } from "../at.js";
import type { Budget, UnknownReason } from "../budget.js";
import type { SearchCost, SearchEnd } from "../engines/search-end.js";
import type { SearchTask, WorkerData, WorkerMessage } from "./search-task.js";

/** A search for another thread, and what to do with what comes of it. */
export interface RemoteJob {
  readonly task: SearchTask;
  ended(end: SearchEnd, cost: SearchCost): void;
}

export interface Threads {
  readonly count: number;
  readonly budget: Budget;
  readonly onProgress?: (visited: number) => void;
}

const lookForLimitsEveryMs = 50;

/**
 * Runs searches on threads of their own, each with its share of them, which take turns there. The
 * shares are dealt by size, so that what is large is not all in one hand. What comes out does not
 * depend on how they are dealt. Resolves when all have ended; rejects with what a thread throws.
 */
export async function searchOnWorkers(
  jobs: readonly RemoteJob[],
  { count, budget, onProgress }: Threads,
): Promise<void> {
  const open = new Set(jobs.keys());
  const hands = deal(jobs, Math.min(count, jobs.length));
  const workers = hands.map((ids) => {
    const tasks = ids.map((id) => ({ id, task: at(jobs, id).task }));
    const memoryMb = budget.memoryBytes / 2 ** 20 / hands.length;
    return startWorker({ deadlineMs: budget.remainingMs(), memoryMb, tasks });
  });
  const take = (message: WorkerMessage) => {
    if (message.type === "progress") {
      onProgress?.(message.visited);
    } else if (open.delete(message.id)) {
      at(jobs, message.id).ended(message.end, message.cost);
    }
  };
  const giveUp = (reason: UnknownReason) => {
    for (const id of open)
      at(jobs, id).ended({ outcome: "unknown", reason }, nothingKnown(at(jobs, id)));
    open.clear();
  };
  const watch = setInterval(() => {
    const reason = budget.expired();
    if (!reason) return;
    giveUp(reason);
    for (const worker of workers) void worker.terminate();
  }, lookForLimitsEveryMs);
  try {
    await Promise.all(workers.map((worker) => untilGone(worker, take)));
  } finally {
    clearInterval(watch);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  // A thread that is gone without a word had its reasons, but no verdict.
  giveUp(budget.expired() ?? "memory");
}

/** What had been spent in a thread that was ended is not known. */
function nothingKnown({ task }: RemoteJob): SearchCost {
  const engine = task.kind === "register" ? "register-search" : "general-search";
  return { engine, visited: 0, bytes: 0, elapsedMs: 0 };
}

/** The largest first, one to each hand in turn. */
function deal(jobs: readonly RemoteJob[], hands: number): number[][] {
  const size = ({ task }: RemoteJob) =>
    (task.kind === "register" ? task.part : task.timeline).count;
  const largestFirst = [...jobs.keys()].sort(
    (a, b) => size(at(jobs, b)) - size(at(jobs, a)) || a - b,
  );
  return Array.from({ length: hands }, (_, hand) =>
    largestFirst.filter((_, turn) => turn % hands === hand),
  );
}

function startWorker(workerData: WorkerData): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./worker.js", import.meta.url), { workerData });
  }
  // Run from its sources, as in tests: a thread needs to be told how to read them.
  const program = new URL("./worker.ts", import.meta.url).href;
  const code = `import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(program)});
  })`;
  return new Worker(code, { eval: true, workerData });
}

function untilGone(worker: Worker, take: (message: WorkerMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", take);
    worker.on("error", (error: Error & { readonly code?: string }) => {
      // Ended by the bound on its heap: what is open stays undecided.
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") resolve();
      else reject(error);
    });
    worker.on("exit", () => {
      resolve();
    });
  });
}
