import type { FullClient } from "../core/client.js";
import type { Input } from "../core/operation.js";
import { attempt } from "./attempt.js";
import type { DriveOptions } from "./drive-options.js";

/** A last read is asked again so often: each time as an operation of its own, and recorded. */
const attemptLimit = 5;
const pauseMs = 200;

/**
 * The reads after everything was healed: one worker for each node, with processes of its own. They
 * are asked until they are answered, since without them lost writes stay unseen.
 */
export async function runFinalOperations(options: DriveOptions): Promise<void> {
  const { cluster, workload, signal } = options;
  const operations = [...workload.finalOperations(cluster.nodes)];
  // Above every process of the main phase, so that none of them speaks again.
  const firstProcess = roundUp(options.processes.highest + 1, options.concurrency);
  await Promise.all(
    cluster.nodes.map(async (node, position) => {
      const worker = finalWorker(options, node, firstProcess + position);
      try {
        for (const { node: target, input } of operations) {
          if (target === node && !signal.aborted) await worker.run(input);
        }
      } finally {
        worker.close();
      }
    }),
  );
}

function roundUp(count: number, unit: number): number {
  return Math.ceil(count / unit) * unit;
}

function finalWorker(options: DriveOptions, node: string, firstProcess: number) {
  const { cluster, workload, clock, recorder, progress, signal } = options;
  const connect = () => cluster.connect(node, { timeoutMs: options.requestTimeoutMs });
  const step = roundUp(cluster.nodes.length, options.concurrency);
  let process = firstProcess;
  let client: FullClient = connect();

  async function run(input: Input): Promise<void> {
    for (let attempts = 1; !signal.aborted; attempts++) {
      recorder.invoke({ process, node, input });
      const mine = process;
      const outcome = await attempt(workload, client, input, {
        clock,
        over: signal,
        tell: (part) => {
          recorder.part({ process: mine, part });
        },
      });
      recorder.complete({ process, outcome });
      progress.counts[outcome.type]++;
      if (outcome.type === "ok") return;
      process += step;
      client.close();
      client = connect();
      if (attempts === attemptLimit) return;
      await clock.sleep(pauseMs, signal);
    }
  }

  return {
    run,
    close: () => {
      client.close();
    },
  };
}
