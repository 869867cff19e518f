import { type Client, RequestError } from "../core/client.js";
import { HarnessError } from "../core/errors.js";
import type { Endpoint } from "./endpoint.js";
import { connectEtcd } from "./etcd-client.js";
import { openLossyProxy } from "./lossy-proxy.js";

/** Keys that belong to ordeal itself: no workload may use them. */
const selfCheckPrefix = "ordeal/self-check/";

/** Long enough for a cluster that has just started on a busy machine. */
const patienceMs = 5000;

export interface SelfCheckOptions extends Omit<Endpoint, "timeoutMs"> {
  readonly timeoutMs?: number;
  /** Makes the clients that the run is going to use; another one is for tests of this check. */
  readonly connect?: (endpoint: Endpoint) => Client;
}

/**
 * Proves on the real cluster that a write whose reply is lost is applied exactly once and reported
 * as an error that was sent. A client that repeats it behind our back would make etcd look guilty
 * of writes that were done twice. Throws HarnessError where the proof fails or cannot be made.
 */
export async function proveNoRetries(options: SelfCheckOptions): Promise<{ evidence: string }> {
  const { connect = connectEtcd, timeoutMs = patienceMs, ...member } = options;
  const endpoint = { ...member, timeoutMs };
  const proxy = await openLossyProxy(endpoint.endpoint);
  const direct = connectEtcd(endpoint);
  const client = connect({ ...endpoint, endpoint: proxy.endpoint });
  const key = `${selfCheckPrefix}${endpoint.node}`;
  try {
    const before = await versionOf(direct, key);
    // Connects, so that only the reply to the write is lost.
    await client.range({ key });

    proxy.swallowReplies();
    const write = settled(client.put({ key, value: "once" }));
    await untilAppliedOrEnded(write, async () => (await versionOf(direct, key)) > before);
    proxy.cut();

    const seen = await write.end;
    const applied = (await versionOf(direct, key)) - before;
    if (applied === 0) {
      throw new HarnessError(
        `Expected a write to take effect within ${timeoutMs} ms on a healthy cluster, and it ended ${wordsFor(seen)}: see the log of ${endpoint.node}.`,
      );
    }
    if (applied !== 1) {
      throw new HarnessError(
        `Expected a write whose reply was lost to be applied once, and it was applied ${applied} times: the client retries, so no verdict could be trusted.`,
      );
    }
    if (!(seen instanceof RequestError) || !seen.facts.sent) {
      throw new HarnessError(
        `Expected a write whose reply was lost to end as a request that was sent and has no known outcome, and it ended ${wordsFor(seen)}: the client does not tell what it sees, so no verdict could be trusted.`,
      );
    }
    return {
      evidence: `a write to ${endpoint.node} whose reply was lost was applied once and ended with "${seen.facts.details}"`,
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new HarnessError(
      `The check that lost replies are not repeated could not be made, since ${endpoint.node} answered "${error.facts.details}": see its log.`,
      { cause: error },
    );
  } finally {
    client.close();
    direct.close();
    await proxy.close();
  }
}

interface Write {
  ended: boolean;
  /** What it ended with: an error, or undefined where it went well. */
  readonly end: Promise<unknown>;
}

function settled(put: Promise<unknown>): Write {
  const write: Write = {
    ended: false,
    end: put
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => {
        write.ended = true;
      }),
  };
  return write;
}

/** Asks again and again, each time for as long as a read takes; the write's deadline ends it. */
async function untilAppliedOrEnded(write: Write, applied: () => Promise<boolean>): Promise<void> {
  while (!(await applied()) && !write.ended);
}

/** How often the key was written since it was made. */
async function versionOf(client: Client, key: string): Promise<number> {
  const { kvs } = await client.range({ key });
  return kvs[0]?.version ?? 0;
}

function wordsFor(seen: unknown): string {
  if (seen === undefined) return "well";
  return seen instanceof Error ? `with "${seen.message}"` : "with something that is no error";
}
