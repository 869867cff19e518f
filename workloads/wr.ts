import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import { revisionOrder } from "../src/checkers/revision-order/revision-order.js";
import {
  blackBox,
  byRevisions,
  type Recorded,
  type RegisterOperation,
  rwRegister,
} from "../src/checkers/rw-register.js";
import type { Client, KeyValue, TxnOperation } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Operation } from "../src/core/operation.js";
import type { Random } from "../src/core/random.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";
import { type KeyRing, keyRing } from "./key-ring.js";
import { wrAccounts } from "./wr-accounts.js";
import type { WrFound, WrInput, WrMicro, WrOutput } from "./wr-operations.js";

type WrOperation = Operation<WrInput, WrOutput>;

/** So many keys are in use at a time: few enough that transactions meet in several of them. */
const slots = 4;

/** Of one transaction. */
const mostOperations = 4;

/**
 * Transactions that read and write several keys, without any guard: each takes place, whatever is
 * there. Finds whatever is not strictly serializable, such as transactions that are seen by halves,
 * lost, aborted and intermediate writes, and stale reads. Each is one etcd transaction, whose
 * micro-operations stand in their order: etcd's reads see the puts before them. After K. Kingsbury
 * and P. Alvaro, "Elle", VLDB 2020, and the workload of that name in Jepsen's tests of etcd.
 *
 * Judged again by revisions: of single answers by revision-order, of all together with the order that
 * revisions give the writes by rw-register-revisions.
 *
 * A key is left after `opsPerKey` micro-operations. With `serializable`, transactions that only read
 * one key ask a member for what it has, and are judged as if they did not.
 *
 * Reads at older revisions are left out: within a transaction that writes they may see another
 * state on each member, and even the newest etcd goes wrong there (etcd-io/etcd#18667).
 */
export function wr(options: WorkloadOptions): Workload<WrInput, WrOutput> {
  const keys = keyRing("wr", { slots, opsPerKey: options.opsPerKey });
  const isSerializable = (input: WrInput) => options.serializable && readsOneKey(input);
  return {
    name: "wr",
    kinds: ["read", "write"],
    thread: (context) => wrThread(context, keys),
    toleratesCompaction: true,
    toleratesRewind: true,
    isReadOnly: (input) => input.f === "read",
    invoke: (client, input) => invoke(client, input, isSerializable(input)),
    finalOperations: (nodes) => finalReads(nodes, keys),
    checkers: {
      "rw-register": rwRegister({ transactionsIn: withoutVersions, inference: blackBox }),
      "rw-register-revisions": rwRegister({ transactionsIn: withVersions, inference: byRevisions }),
      "monotonic-revision": monotonicRevision({ counts: ({ input }) => !isSerializable(input) }),
      "revision-order": revisionOrder(wrAccounts),
    },
    // Serializable reads may be stale by their revisions, and are judged as if they must not be.
    ...(!options.serializable && {
      opinions: { first: "rw-register", second: "revision-order" },
    }),
  };
}

function readsOneKey({ f, operations }: WrInput): boolean {
  return f === "read" && new Set(operations.map(({ key }) => key)).size === 1;
}

function wrThread(
  { thread, threads, random }: ThreadContext,
  keys: KeyRing,
): Thread<WrInput, WrOutput> {
  let written = 0;
  return {
    next() {
      const operations: WrMicro[] = [];
      const writtenTo = new Set<string>();
      for (const { slot, writes } of choose(random)) {
        const key = keys.use(slot);
        if (!writes || writtenTo.has(key)) {
          operations.push({ f: "r", key });
          continue;
        }
        writtenTo.add(key);
        written++;
        operations.push({ f: "w", key, value: written * threads + thread });
      }
      return { f: writtenTo.size === 0 ? "read" : "write", operations };
    },
  };
}

interface Choice {
  readonly slot: number;
  readonly writes: boolean;
}

/** Always the same draws, whatever comes of them. */
function choose(random: Random): Choice[] {
  const count = 1 + random.below(mostOperations);
  const choices = Array.from({ length: mostOperations }, () => ({
    slot: random.below(slots),
    writes: random.below(2) === 0,
  }));
  return choices.slice(0, count);
}

async function invoke(
  client: Client,
  { operations }: WrInput,
  serializable: boolean,
): Promise<Answer<WrOutput>> {
  const { header, responses } = await client.txn({
    compare: [],
    success: operations.map((one): TxnOperation => {
      if (one.f === "w") {
        return { type: "put", request: { key: one.key, value: String(one.value) } };
      }
      return { type: "range", request: { key: one.key, ...(serializable && { serializable }) } };
    }),
    failure: [],
  });
  const found = responses.flatMap((inner) =>
    inner.type === "range" ? [foundIn(inner.response.kvs[0])] : [],
  );
  return { output: { found }, header };
}

function foundIn(kv: KeyValue | undefined): WrFound {
  if (!kv) return { value: null, modRevision: 0 };
  const { value, modRevision } = kv;
  return { value: /^[1-9]\d*$/.test(value) ? Number(value) : value, modRevision };
}

function withoutVersions(operations: readonly WrOperation[]): Recorded[] {
  return operations.map((operation) => recorded(operation, { versions: false }));
}

/** A read's version is the mod_revision that it found, a write's the revision of its answer. */
function withVersions(operations: readonly WrOperation[]): Recorded[] {
  return operations.map((operation) => recorded(operation, { versions: true }));
}

function recorded(operation: WrOperation, { versions }: { readonly versions: boolean }): Recorded {
  const { process, index, completedIndex, input, outcome } = operation;
  const found = outcome.type === "ok" ? outcome.output.found : [];
  const revision = outcome.type === "ok" ? outcome.header?.revision : undefined;
  let reads = 0;
  const operations = input.operations.map((one): RegisterOperation => {
    const { key } = one;
    if (one.f === "w") {
      const version = versions && revision !== undefined && { version: revision };
      return { f: "write", key, value: String(one.value), ...version };
    }
    const held = found[reads++];
    if (!held) return { f: "read", key };
    const value = held.value === null ? null : String(held.value);
    return { f: "read", key, value, ...(versions && { version: held.modRevision }) };
  });
  return {
    operation,
    transaction: {
      ...{ process, invokedAt: index, outcome: outcome.type, operations },
      ...(completedIndex !== undefined && { completedAt: completedIndex }),
    },
  };
}

/** Keys still in use are read from every node, older ones from one node each in turn. */
function* finalReads(nodes: readonly string[], keys: KeyRing) {
  for (const [position, { key, isCurrent }] of keys.all().entries()) {
    const input: WrInput = { f: "read", operations: [{ f: "r", key }] };
    for (const [turn, node] of nodes.entries()) {
      if (isCurrent || turn === position % nodes.length) yield { node, input };
    }
  }
}
