import type { TxnOperation } from "../src/core/client.js";
import type { Stage, StageClient, StageFault } from "../src/core/scenario.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import type { KillSpec } from "../nemeses/kill.js";

/** The operations of the workload `kv`, for scenarios that are played with them. */
export type KvClient = StageClient<KvInput, KvOutput>;
export type KvStage = Stage<KvInput, KvOutput>;

/** Seconds: a month, since by the model of this workload no lease ends by itself. */
const ttl = 30 * 24 * 60 * 60;

/** Values are written once in a run. */
export function put(key: string, value: string, lease?: string): KvInput {
  return { f: "put", request: { key, value, ...(lease !== undefined && { lease }) } };
}

export function read(key: string): KvInput {
  return { f: "range", request: { key } };
}

export function removePrefix(prefix: string): KvInput {
  return { f: "delete", request: { key: prefix, rangeEnd: endOf(prefix) } };
}

/** Of a prefix that ends in a slash: behind every key that begins with it. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

export function transaction(...success: readonly TxnOperation[]): KvInput {
  return { f: "txn", request: { compare: [], success, failure: [] } };
}

/** Answered as soon as it is decided; what is old is dropped after that. */
export function compact(revision: number): KvInput {
  return { f: "compact", request: { revision } };
}

export function grant(id: string): KvInput {
  return { f: "grant", request: { id, ttl } };
}

/** The revision that an answer names, which must be none of the refusals. */
export async function revisionOf(client: KvClient, input: KvInput): Promise<number> {
  const output = await client.must(input);
  return "revision" in output ? output.revision : 0;
}

export function killOf(node: string, when?: KillSpec["when"]): KillSpec {
  return {
    nemesis: "kill",
    nodes: [node],
    target: "one",
    description: when
      ? `${node} is killed as soon as its ${when.metric} has grown by ${when.grewBy}`
      : `${node} is killed`,
    ...(when && { when }),
  };
}

/** Until that node answers a linearizable read. */
export async function untilServing({ until, client }: KvStage, node: string): Promise<void> {
  const asker = client(node);
  await until(
    `${node} answers a linearizable read`,
    async () => (await asker.ask(read("kv/anything"))).type === "ok",
    20_000,
  );
}

/**
 * Kills the node at a moment that comes while something is done over and over, with a rest before
 * each time: by the first one whoever kills is there. Throws what either of them throws, when both
 * are over.
 */
export async function killWhile(
  { inject, sleep }: KvStage,
  spec: KillSpec,
  { restMs, doOnce }: { readonly restMs: number; readonly doOnce: () => Promise<void> },
): Promise<StageFault> {
  const killer = { isDone: false };
  const killing = inject(spec).finally(() => {
    killer.isDone = true;
  });
  const doing = (async () => {
    for (;;) {
      for (let restedMs = 0; restedMs < restMs && !killer.isDone; restedMs += 50) await sleep(50);
      if (killer.isDone) return;
      await doOnce();
    }
  })();
  const [killed, done] = await Promise.allSettled([killing, doing]);
  if (done.status === "rejected") throw done.reason;
  if (killed.status === "rejected") throw killed.reason;
  return killed.value;
}
