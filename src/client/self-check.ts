import { type Client, RequestError } from "../core/client.js";
import type { Clock } from "../core/clock.js";
import { HarnessError } from "../core/errors.js";
import { connectEtcd, type Endpoint } from "./etcd-client.js";
import { openLossyProxy } from "./lossy-proxy.js";

/** Keys that belong to ordeal itself: no workload may use them. */
export const selfCheckPrefix = "ordeal/self-check/";

const pollEveryMs = 10;

export interface SelfCheckOptions extends Endpoint {
  readonly clock: Clock;
  /** Makes the clients that the run is going to use; another one is for tests of this check. */
  readonly connect?: (endpoint: Endpoint) => Client;
}

/**
 * Proves on the real cluster that a write whose reply is lost is applied exactly once and reported
 * as an error that was sent. A client that repeats it behind our back would make etcd look guilty
 * of writes that were done twice. Throws HarnessError where the proof fails or cannot be made.
 */
export async function proveNoRetries(options: SelfCheckOptions): Promise<{ evidence: string }> {
  const { clock, connect = connectEtcd, ...endpoint } = options;
  const proxy = await openLossyProxy(endpoint.endpoint);
  const direct = connectEtcd(endpoint);
  const client = connect({ ...endpoint, endpoint: proxy.endpoint });
  const key = `${selfCheckPrefix}${endpoint.node}`;
  try {
    const before = await versionOf(direct, key);
    // Connects, so that only the reply to the write is lost.
    await client.range({ key });

    proxy.swallowReplies();
    const reply = settled(client.put({ key, value: clock.wallTime() }));
    await untilAbove(before, { direct, key, clock, timeoutMs: endpoint.timeoutMs });
    proxy.cut();

    const seen = await reply;
    const applied = (await versionOf(direct, key)) - before;
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

/** What came of a write: the error that it ended with, or undefined where it went well. */
function settled(write: Promise<unknown>): Promise<unknown> {
  return write.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function untilAbove(
  before: number,
  {
    direct,
    key,
    clock,
    timeoutMs,
  }: { direct: Client; key: string; clock: Clock; timeoutMs: number },
): Promise<void> {
  const startedAtNs = clock.nowNs();
  while ((await versionOf(direct, key)) <= before) {
    if (clock.nowNs() - startedAtNs > timeoutMs * 1e6) {
      throw new HarnessError(
        `Expected a write to take effect within ${timeoutMs} ms on a healthy cluster, and it did not: see the nodes' logs.`,
      );
    }
    await clock.sleep(pollEveryMs);
  }
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
