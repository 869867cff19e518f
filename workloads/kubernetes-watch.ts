import type { WatchInput, WatchOutput } from "../src/checkers/kubernetes/kubernetes-operation.js";
import { partOf } from "../src/checkers/watch/watch-part.js";
import {
  answerOrError,
  type FullClient,
  RequestError,
  type WatchResponse,
} from "../src/core/client.js";
import type { InvokeContext } from "../src/core/workload.js";

/** There is one on each stream. */
export const watchId = 1;

/**
 * One watch on a stream of its own, told of as its messages come, until its time or the load is
 * over. A stream that breaks before its watch was made is let through as RequestError.
 */
export async function watchFor(
  client: FullClient,
  { key, rangeEnd, startRevision, ms }: WatchInput,
  context: InvokeContext,
): Promise<WatchOutput> {
  const stream = client.watch();
  const ended = new AbortController();
  const over = new AbortController();
  const waiting = context.clock.sleep(ms, AbortSignal.any([context.over, ended.signal]));
  const closing = waiting.then(() => {
    over.abort();
    stream.close();
  });
  let revision = startRevision - 1;
  let isCreated = false;
  try {
    stream.create({
      ...{ watchId, key, rangeEnd, startRevision },
      ...{ prevKv: true, progressNotify: true },
    });
    for (;;) {
      const response = await answerOrError(stream.receive());
      if (response instanceof RequestError) {
        if (!isCreated) throw response;
        if (over.signal.aborted) return { revision, ended: "closed" };
        return { revision, ended: "broken", error: response.facts };
      }
      context.tell(partOf(response));
      isCreated ||= response.created;
      revision = Math.max(revision, toldUpTo(response));
      if (response.canceled) return { revision, ended: "canceled" };
    }
  } finally {
    ended.abort();
    await closing;
  }
}

/** All events up to it have come. */
function toldUpTo(response: WatchResponse): number {
  const { created, canceled, events, header } = response;
  if (!created && !canceled && events.length === 0) return header.revision;
  return events.at(-1)?.kv.modRevision ?? 0;
}
