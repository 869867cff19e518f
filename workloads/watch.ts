import { watchCheckers } from "../src/checkers/watch/watch-checkers.js";
import {
  answerOrError,
  type FullClient,
  RequestError,
  type TxnRequest,
} from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Answer, InvokeContext, Workload } from "../src/core/workload.js";
import { watchAdapter } from "./watch-adapter.js";
import type {
  CompactInput,
  DeleteInput,
  Step,
  TxnInput,
  WatchWorkloadInput,
  WatchWorkloadOutput,
} from "./watch-input.js";
import { allKeys } from "./watch-keys.js";
import { StoreKnowledge } from "./watch-knowledge.js";
import { listen } from "./watch-stream.js";
import { watchThread } from "./watch-thread.js";
import { recordedKeyValue, sentValue } from "./watch-values.js";

/**
 * Many watches on keys, prefixes and ranges, on all members: from now on, from the past and from
 * the future, with filters and without, cancelled and gone on with, read slowly; under puts,
 * deletions, transactions and compactions. Each promise of etcd's watch API is judged by a checker
 * of its own, by what all operations together tell of what happened at which revision.
 *
 * Left out unless `shapes` asks for them, since they are known to break the newest etcd as well:
 * streams of hundreds of compacted watches.
 */
export function watch({ shapes = [] }: Pick<WorkloadOptions, "shapes"> = {}): Workload<
  WatchWorkloadInput,
  WatchWorkloadOutput
> {
  const known = new StoreKnowledge();
  const hundreds = shapes.includes("hundreds-of-compacted-watches");
  return {
    name: "watch",
    whyNoRewind:
      "one watch may be told events by several clusters, which no single answer places before or after the snapshot",
    kinds: ["watch", "put", "delete", "txn", "compact", "read"],
    thread: (context) => watchThread(context, known, { hundreds }),
    isReadOnly: ({ f }) => f === "watch" || f === "read",
    invoke,
    finalOperations: (nodes) => finalOperations(nodes, known),
    checkers: watchCheckers(watchAdapter),
  };
}

async function invoke(
  client: FullClient,
  input: WatchWorkloadInput,
  context: InvokeContext,
): Promise<Answer<WatchWorkloadOutput>> {
  switch (input.f) {
    case "watch":
      return { output: await listen(client, input, context) };
    case "put": {
      const { step } = input;
      const { header } = await client.put({ key: step.key, value: sentValue(step) });
      return { output: { deleted: [], revision: header.revision }, header };
    }
    case "delete":
      return remove(client, input);
    case "txn":
      return change(client, input);
    case "compact":
      return compact(client, input);
    case "read": {
      const { key, rangeEnd } = input;
      const { header, kvs } = await client.range({
        key,
        ...(rangeEnd !== undefined && { rangeEnd }),
      });
      return { output: { found: kvs.map(recordedKeyValue) }, header };
    }
  }
}

async function remove(
  client: FullClient,
  { step, guard }: DeleteInput,
): Promise<Answer<WatchWorkloadOutput>> {
  if (guard !== undefined) {
    const { key } = step;
    const compare = [{ key, target: "mod", result: "equal", operand: guard } as const];
    return writeBy(client, { compare, success: [requestOf(step)], failure: [] });
  }
  const { key, rangeEnd } = step;
  const range = { key, ...(rangeEnd !== undefined && { rangeEnd }) };
  const { header, prevKvs } = await client.deleteRange({ ...range, prevKv: true });
  const deleted = prevKvs.map((kv) => kv.key);
  const written = deleted.length > 0 && { revision: header.revision };
  return { output: { deleted, ...written }, header };
}

function change(client: FullClient, { steps }: TxnInput): Promise<Answer<WatchWorkloadOutput>> {
  return writeBy(client, { compare: [], success: steps.map(requestOf), failure: [] });
}

function requestOf(step: Step): TxnRequest["success"][number] {
  if (step.type === "put") {
    return { type: "put", request: { key: step.key, value: sentValue(step) } };
  }
  const { key, rangeEnd } = step;
  // What is deleted is told by name.
  const request = { key, ...(rangeEnd !== undefined && { rangeEnd }), prevKv: true };
  return { type: "delete-range", request };
}

async function writeBy(
  client: FullClient,
  request: TxnRequest,
): Promise<Answer<WatchWorkloadOutput>> {
  const { header, succeeded, responses } = await client.txn(request);
  const deleted = responses.flatMap((inner) =>
    inner.type === "delete-range" ? inner.response.prevKvs.map(({ key }) => key) : [],
  );
  const hasPut = responses.some(({ type }) => type === "put");
  const isWritten = succeeded && (hasPut || deleted.length > 0);
  return { output: { deleted, ...(isWritten && { revision: header.revision }) }, header };
}

/** Too old or too new a revision is an answer. */
async function compact(
  client: FullClient,
  { revision, physical }: CompactInput,
): Promise<Answer<WatchWorkloadOutput>> {
  const answer = await answerOrError(client.compact({ revision, ...(physical && { physical }) }));
  if (!(answer instanceof RequestError)) {
    return { output: { compacted: true }, header: answer.header };
  }
  if (!outOfRange.test(answer.facts.details)) throw answer;
  return { output: { compacted: false, refusal: answer.facts.details } };
}

const outOfRange = /required revision (has been compacted|is a future revision)/;

const finalLifeMs = 5_000;
const finalProgressMs = 250;

/** Each member tells all that it still knows, up to the newest revision that was seen. */
function* finalOperations(nodes: readonly string[], { compactionAsked, head }: StoreKnowledge) {
  const progressAtMs = Array.from(
    { length: finalLifeMs / finalProgressMs - 1 },
    (_, time) => (time + 1) * finalProgressMs,
  );
  for (const node of nodes) {
    const plan = {
      id: 1,
      ...allKeys,
      startRevision: Math.max(1, compactionAsked),
      prevKv: true,
    } as const;
    const watches = [{ ...plan, name: `final/${node}` }];
    const shape = { lifeMs: finalLifeMs, restMs: 0, progressAtMs, until: head };
    yield { node, input: { f: "watch", watches, ...shape } as const };
    yield { node, input: { f: "read", ...allKeys } as const };
  }
}
