import { RequestError } from "../core/client.js";
import type { NodeStatus } from "../core/cluster.js";
import type { DriveOptions } from "./drive-options.js";

const intervalMs = 500;
const timeoutMs = 400;

/** Asks every member who leads, again and again, for the report and for the proof of elections. */
export async function watchStatus(options: DriveOptions, signal: AbortSignal): Promise<void> {
  const { cluster, clock, recorder } = options;
  await Promise.all(
    cluster.nodes.map(async (node) => {
      while (!signal.aborted) {
        const status = await ask(options, node);
        recorder.status({ node, ...(status && { status }) });
        await clock.sleep(intervalMs, signal);
      }
    }),
  );
}

async function ask({ cluster }: DriveOptions, node: string): Promise<NodeStatus | undefined> {
  try {
    return await cluster.status(node, timeoutMs);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
