import { setMaxListeners } from "node:events";
import type { Workload } from "../core/workload.js";
import type { HistoryWriter } from "../history/writer.js";
import type { DriveOptions } from "./drive-options.js";
import { runFinalOperations } from "./final-operations.js";
import { lastLook } from "./last-look.js";
import { faultDesk, runInAttacks, runNemesis } from "./nemesis-loop.js";
import { playScenario } from "./play-scenario.js";
import { runSchedule } from "./scheduled-faults.js";
import { watchStatus } from "./status-watch.js";
import { runWorker } from "./worker.js";

/**
 * Drives the cluster: load under faults, then everything is healed, then the last reads, and a last
 * look at every member. All that happens goes to the recorder, and nothing is judged here. Whatever goes wrong on the way, the
 * cluster is healed before this returns or throws.
 */
export async function drive(options: DriveOptions): Promise<void> {
  const { cluster, recorder, signal } = options;
  try {
    recorder.phase({ phase: "main" });
    await (options.toPlay ? playScenario(options, options.toPlay) : loadUnderFaults(options));
    recorder.phase({ phase: "healing", ...reasonOf(signal) });
  } finally {
    await cluster.healAll();
  }
  await unlessInterrupted(cluster.waitUntilServing(options.recoveryLimitMs), signal);
  if (!signal.aborted) {
    recorder.phase({ phase: "final" });
    // A scenario reads for itself what there is to be read.
    if (!options.toPlay) await runFinalOperations(options);
    await lastLook(options);
  }
  recorder.phase({ phase: "end", ...reasonOf(signal) });
}

/** Ends when the time is up, when it is interrupted, or as soon as any part of it fails. */
async function loadUnderFaults(options: DriveOptions): Promise<void> {
  const { cluster, workload, clock, random, concurrency } = options;
  const over = new AbortController();
  // Every thread that sleeps listens to it: many listeners are no leak here.
  setMaxListeners(0, over.signal);
  const end = () => {
    over.abort();
  };
  options.signal.addEventListener("abort", end, { once: true });
  if (options.signal.aborted) end();

  const parts = [
    clock.sleep(options.timeLimitMs, over.signal).then(end),
    untilRecorderFails(options.recorder, over.signal),
    watchStatus(options, over.signal),
    ...Array.from({ length: isIdle(workload) ? 0 : concurrency }, (_, thread) => {
      const stream = random.fork(`worker ${thread}`);
      const source = workload.thread({ thread, threads: concurrency, random: stream.fork("ops") });
      const node = cluster.nodes[thread % cluster.nodes.length] ?? "";
      return runWorker(options, { thread, node, source, random: stream.fork("pace") }, over.signal);
    }),
    ...faultsOf(options, over.signal),
  ];
  // The first failure ends the others, and is thrown only when all of them have come to rest.
  const outcomes = await Promise.allSettled(parts.map((part) => part.catch(rethrowAfter(end))));
  options.signal.removeEventListener("abort", end);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

/** One without any kind of operation has nothing to ask for. */
function isIdle({ kinds }: Workload): boolean {
  return kinds.length === 0;
}

/** As planned, or as the nemeses choose, each by itself. */
function faultsOf(options: DriveOptions, signal: AbortSignal): Promise<void>[] {
  const { nemeses, schedule, random } = options;
  if (schedule) return [runSchedule(options, schedule, signal)];
  const faults = faultDesk();
  return nemeses.map((nemesis) => {
    const part = { nemesis, faults, random: random.fork(`nemesis ${nemesis.name}`) };
    const { rhythm } = nemesis;
    return rhythm
      ? runInAttacks(options, { ...part, rhythm }, signal)
      : runNemesis(options, part, signal);
  });
}

function rethrowAfter(end: () => void): (error: unknown) => never {
  return (error) => {
    end();
    throw error;
  };
}

/** A load that cannot be recorded proves nothing. Resolves once the load is over. */
function untilRecorderFails(recorder: HistoryWriter, over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      const { reason } = recorder.failed as { reason: unknown };
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    recorder.failed.addEventListener("abort", fail, { once: true });
    over.addEventListener("abort", () => {
      resolve();
    });
    if (recorder.failed.aborted) fail();
  });
}

/** Waits no longer than until the signal is aborted, which may serve many a run after this one. */
async function unlessInterrupted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const interruption = new Promise<void>((resolve) => {
    const end = () => {
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true, signal: done.signal });
  });
  try {
    await Promise.race([work, interruption]);
  } finally {
    done.abort();
  }
}

function reasonOf(signal: AbortSignal): { readonly reason?: string } {
  return signal.aborted ? { reason: String(signal.reason) } : {};
}
