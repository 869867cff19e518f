import { answerOrError } from "./core/client.js";
import type { Clock } from "./core/clock.js";
import type { Cluster } from "./core/cluster.js";

export interface LoadOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const requestMs = 1_000;
const pauseMs = 10;
const keysOfNode = 20;
const value = "x".repeat(200);

/**
 * One client for each node that writes a few keys again and again, for faults that need something to
 * go on. Nobody judges it: what fails is of no interest. Resolves once it was told to end.
 */
export async function lightLoad(options: LoadOptions): Promise<void> {
  await Promise.all(options.cluster.nodes.map((node) => writeTo(node, options)));
}

async function writeTo(node: string, { cluster, clock, signal }: LoadOptions): Promise<void> {
  const client = cluster.connect(node, { timeoutMs: requestMs });
  try {
    for (let writes = 0; !signal.aborted; writes++) {
      const key = `ordeal/verify/${node}/${writes % keysOfNode}`;
      await answerOrError(client.put({ key, value: `${writes} ${value}` }));
      await clock.sleep(pauseMs, signal);
    }
  } finally {
    client.close();
  }
}
