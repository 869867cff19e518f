import type { FullClient } from "../core/client.js";
import type { Random } from "../core/random.js";
import type { InvokeContext, Thread } from "../core/workload.js";
import { attempt } from "./attempt.js";
import type { DriveOptions } from "./drive-options.js";

export interface WorkerPart {
  readonly thread: number;
  readonly node: string;
  readonly source: Thread;
  /** For the pace alone, so that it has no say in what the operations are. */
  readonly random: Random;
}

/**
 * One thread of clients, one operation at a time. A process whose operation ended `info` never
 * speaks again, since that operation may still be under way: the thread goes on as a new process
 * with a new connection.
 */
export async function runWorker(
  options: DriveOptions,
  { thread, node, source, random }: WorkerPart,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, workload, clock, recorder, concurrency, rate, progress, processes } = options;
  const meanGapMs = (1000 * concurrency) / rate;
  let process = thread;
  let generation = cluster.restoration?.generation;
  let endpoint = node;
  const connect = () => cluster.connect(endpoint, { timeoutMs: options.requestTimeoutMs });
  let client: FullClient = connect();
  const context: InvokeContext = {
    clock,
    over: signal,
    tell: (part) => {
      recorder.part({ process, part });
    },
  };
  try {
    let dueNs = clock.nowNs();
    for (;;) {
      // A thread that was held up does not catch up: a burst would be another load.
      dueNs = Math.max(dueNs + 2 * random.fraction() * meanGapMs * 1e6, clock.nowNs());
      await clock.sleep((dueNs - clock.nowNs()) / 1e6, signal);
      if (signal.aborted) return;

      // Looked at before each operation: what was asked before may have been answered since then.
      if (generation !== cluster.restoration?.generation) {
        generation = cluster.restoration?.generation;
        source.forget?.();
      }
      const input = source.next();
      recorder.invoke({ process, node: endpoint, input });
      const outcome = await attempt(workload, client, input, context);
      recorder.complete({ process, outcome });
      progress.counts[outcome.type]++;
      if (outcome.type === "ok") source.saw?.(input, outcome.output);
      else source.missed?.(input, outcome.type);
      const letDown = workload.failsOver === true && outcome.type !== "ok";
      if (outcome.type === "info" || letDown) {
        process += concurrency;
        processes.highest = Math.max(processes.highest, process);
        if (letDown) endpoint = nodeAfter(endpoint, cluster.nodes);
        client.close();
        client = connect();
      }
    }
  } finally {
    client.close();
  }
}

function nodeAfter(node: string, nodes: readonly string[]): string {
  return nodes[(nodes.indexOf(node) + 1) % nodes.length] ?? node;
}
