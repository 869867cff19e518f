import { answerOrError, RequestError } from "../core/client.js";
import type { DriveOptions } from "./drive-options.js";

const intervalMs = 500;
const timeoutMs = 400;

/** Asks every member who leads, again and again, for the report and for the proof of elections. */
export async function watchStatus(options: DriveOptions, signal: AbortSignal): Promise<void> {
  const { cluster, clock, recorder } = options;
  await Promise.all(
    cluster.nodes.map(async (node) => {
      while (!signal.aborted) {
        const answer = await answerOrError(cluster.status(node, timeoutMs));
        recorder.status({ node, ...(!(answer instanceof RequestError) && { status: answer }) });
        await clock.sleep(intervalMs, signal);
      }
    }),
  );
}
