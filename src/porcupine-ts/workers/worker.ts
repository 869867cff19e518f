import { parentPort, workerData } from "node:worker_threads";
import { createBudget } from "../budget.js";
import { type SearchJob, searchInTurns } from "../engines/search-in-turns.js";
import { beginTask, type WorkerData, type WorkerMessage } from "./search-task.js";

/** The thread's program: searches for what it was started with, tells each end, and is gone. */
const { deadlineMs, memoryMb, tasks } = workerData as WorkerData;
const say = (message: WorkerMessage) => parentPort?.postMessage(message);

const jobs = await Promise.all(
  tasks.map(async ({ id, task }): Promise<SearchJob> => ({
    start: await beginTask(task),
    ended: (end, cost) => {
      say({ type: "ended", id, end, cost });
    },
  })),
);
await searchInTurns(jobs, {
  budget: createBudget({ deadlineMs, memoryMb }),
  onProgress: (visited) => {
    say({ type: "progress", visited });
  },
});
