import { listAppend, type MicroOperation, type Transaction } from "../src/checkers/list-append.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import { revisionOrder } from "../src/checkers/revision-order/revision-order.js";
import type {
  Client,
  KeyValue,
  RangeRequest,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
} from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Operation } from "../src/core/operation.js";
import type { Random } from "../src/core/random.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";
import { appendAccounts } from "./append-accounts.js";
import {
  type AppendInput,
  type AppendOutput,
  type Found,
  keysOf,
  type List,
  listAfter,
  type Micro,
} from "./append-operations.js";

export type { AppendInput, AppendOutput, Found, List } from "./append-operations.js";

/** So many keys are in use at a time: few enough that transactions meet in several of them. */
const slots = 4;

/** Of one transaction. */
const mostOperations = 4;

/** Appends that are asked for before a fresh key takes a key's place: every read costs a list. */
const mostAppends = 32;

/**
 * Transactions that read lists and append to them, over several keys. Finds whatever is not
 * strictly serializable, such as transactions that are seen by halves, lost and aborted appends,
 * and stale reads. Each is one etcd transaction, which takes place if the keys to append to still
 * have the mod_revision that the thread saw last, and else reads what is there. A refusal is an
 * answer: the appends did not take place, and the reads in their stead did. Keys that are only
 * read need no guard, since etcd reads and writes at one moment.
 *
 * The micro-operations stand in the request in their order, and etcd's reads see the puts that stand
 * before them, so that a transaction sees what it appended itself from then on. After K. Kingsbury
 * and P. Alvaro, "Elle", VLDB 2020.
 *
 * A key is left after `opsPerKey` appends, or fewer, so that lists stay short. With `serializable`
 * transactions that only read ask a member for what it has, and are judged as if they did not.
 */
export function append(options: WorkloadOptions): Workload<AppendInput, AppendOutput> {
  const keys = keyRing(Math.min(options.opsPerKey, mostAppends));
  const readOptions = options.serializable ? { serializable: true } : {};
  return {
    name: "append",
    kinds: ["read", "append"],
    thread: (context) => appendThread(context, keys),
    toleratesCompaction: true,
    toleratesRewind: true,
    isReadOnly: (input) => input.f === "read",
    invoke: (client, input) => invoke(client, input, input.f === "read" ? readOptions : {}),
    finalOperations: (nodes) => finalReads(nodes, keys),
    checkers: {
      "list-append": listAppend({ transactionsOf: transactionsOf() }),
      "monotonic-revision": monotonicRevision({
        counts: ({ input }) => input.f !== "read" || !options.serializable,
      }),
      "revision-order": revisionOrder(appendAccounts),
    },
    // Serializable reads may be stale by their revisions, and are judged as if they must not be.
    ...(!options.serializable && {
      opinions: { first: "list-append", second: "revision-order" },
    }),
  };
}

interface KeyRing {
  current(slot: number): string;
  /** To be called for each append: after so many a fresh key stands in the slot. */
  countAppend(slot: number): void;
  slotOf(key: string): number;
  /** All keys that ever stood in a slot, and whether they still do. */
  all(): { readonly key: string; readonly isCurrent: boolean }[];
}

function keyRing(appendsPerKey: number): KeyRing {
  const appends = Array.from({ length: slots }, () => 0);
  const roundOf = (slot: number) => Math.floor((appends[slot] ?? 0) / appendsPerKey);
  const keyOf = (slot: number, round: number) => `append/${slots * round + slot}`;
  return {
    current: (slot) => keyOf(slot, roundOf(slot)),
    countAppend(slot) {
      appends[slot] = (appends[slot] ?? 0) + 1;
    },
    slotOf: (key) => Number(key.slice("append/".length)) % slots,
    all: () =>
      appends.flatMap((_, slot) => {
        const last = roundOf(slot);
        return Array.from({ length: last + 1 }, (_, round) => ({
          key: keyOf(slot, round),
          isCurrent: round === last,
        }));
      }),
  };
}

const absent: Found = { elements: [], modRevision: 0 };

/**
 * What a thread chooses follows from its random stream alone; what it expects of the keys that
 * stand in the chosen slots comes from the answers that it got.
 */
function appendThread(
  { thread, threads, random }: ThreadContext,
  keys: KeyRing,
): Thread<AppendInput, AppendOutput> {
  /** By slot, of the key that stood in it. */
  const seen = new Map<number, Found & { readonly key: string }>();
  let written = 0;

  function next(): AppendInput {
    const operations: Micro[] = [];
    const expected: AppendInput["expected"][number][] = [];
    for (const { slot, appends } of choose(random)) {
      const key = keys.current(slot);
      if (!appends || expected.some((guard) => guard.key === key)) {
        operations.push({ f: "r", key });
        continue;
      }
      written++;
      operations.push({ f: "append", key, value: written * threads + thread });
      const last = seen.get(slot);
      // A key that this thread has not seen yet is taken to be absent.
      expected.push(last?.key === key ? last : { key, ...absent });
      keys.countAppend(slot);
    }
    return { f: expected.length === 0 ? "read" : "append", operations, expected };
  }

  function saw(input: AppendInput, output: AppendOutput): void {
    for (const found of whatIsThere(input, output)) {
      const slot = keys.slotOf(found.key);
      if (keys.current(slot) === found.key) seen.set(slot, found);
    }
  }

  return {
    next,
    saw,
    forget: () => {
      seen.clear();
    },
  };
}

interface Choice {
  readonly slot: number;
  readonly appends: boolean;
}

/** Always the same draws, whatever comes of them. */
function choose(random: Random): Choice[] {
  const count = 1 + random.below(mostOperations);
  const choices = Array.from({ length: mostOperations }, () => ({
    slot: random.below(slots),
    appends: random.below(2) === 0,
  }));
  return choices.slice(0, count);
}

/** What keys held right after a transaction, as far as its answer tells. */
function whatIsThere(
  input: AppendInput,
  output: AppendOutput,
): (Found & { readonly key: string })[] {
  const read = (keys: readonly string[]) =>
    keys.flatMap((key, i) => {
      const found = output.lists[i];
      return found ? [{ key, ...found }] : [];
    });
  if (!output.applied) return read(keysOf(input));
  const reads = input.operations.flatMap((one) => (one.f === "r" ? [one.key] : []));
  const written = input.expected.map(({ key }) => ({
    ...{ key, elements: listAfter(input, key), modRevision: output.revision },
  }));
  return [...read(reads), ...written];
}

async function invoke(
  client: Client,
  input: AppendInput,
  readOptions: Pick<RangeRequest, "serializable">,
): Promise<Answer<AppendOutput>> {
  const { header, succeeded, responses } = await client.txn(requestOf(input, readOptions));
  const lists = responses.flatMap(listIn);
  if (!succeeded) return { output: { applied: false, lists }, header };
  return { output: { applied: true, revision: header.revision, lists }, header };
}

function requestOf(
  input: AppendInput,
  readOptions: Pick<RangeRequest, "serializable">,
): TxnRequest {
  const range = (key: string): TxnOperation => ({
    type: "range",
    request: { key, ...readOptions },
  });
  return {
    compare: input.expected.map(({ key, modRevision }) => ({
      ...{ key, target: "mod", result: "equal", operand: modRevision },
    })),
    success: input.operations.map(({ f, key }) => {
      if (f === "r") return range(key);
      const value = JSON.stringify(listAfter(input, key));
      return { type: "put", request: { key, value } };
    }),
    failure: input.expected.length === 0 ? [] : keysOf(input).map(range),
  };
}

/** Of a read within a transaction; of a put nothing. */
function listIn(inner: TxnOperationResponse): Found[] {
  if (inner.type !== "range") return [];
  const [kv] = inner.response.kvs;
  return [kv ? { elements: elementsIn(kv), modRevision: kv.modRevision } : absent];
}

function elementsIn({ value }: KeyValue): List {
  return /^\[\d+(,\d+)*\]$/.test(value) ? (JSON.parse(value) as number[]) : [value];
}

/**
 * Operations as the checker wants them. One that was refused was two: its appends failed, and the
 * reads in their stead took place.
 */
function transactionsOf(): (operation: Operation<AppendInput, AppendOutput>) => Transaction[] {
  const texts = new Map<number | string, string>();

  /** One text an element, however often it is read. */
  function textOf(element: number | string): string {
    const known = texts.get(element);
    if (known !== undefined) return known;
    const text = String(element);
    texts.set(element, text);
    return text;
  }

  function readOf(key: string, found: Found | undefined): MicroOperation {
    return { f: "read", key, ...(found && { elements: found.elements.map(textOf) }) };
  }

  /** In the order of the reads; what they found is not known unless they were answered. */
  function asAsked(input: AppendInput, lists: readonly Found[] = []): MicroOperation[] {
    let reads = 0;
    return input.operations.map((one) =>
      one.f === "r"
        ? readOf(one.key, lists[reads++])
        : { f: "append", key: one.key, element: textOf(one.value) },
    );
  }

  return ({ process, index, completedIndex, input, outcome }) => {
    const span = { process, invokedAt: index };
    const whole = { ...span, ...(completedIndex !== undefined && { completedAt: completedIndex }) };
    if (outcome.type !== "ok") {
      return [{ ...whole, outcome: outcome.type, operations: asAsked(input) }];
    }
    const { applied, lists } = outcome.output;
    if (applied) return [{ ...whole, outcome: "ok", operations: asAsked(input, lists) }];
    return [
      { ...whole, outcome: "fail", operations: asAsked(input) },
      {
        ...{ ...whole, outcome: "ok" },
        operations: keysOf(input).map((key, i) => readOf(key, lists[i])),
      },
    ];
  };
}

/** Keys still in use are read from every node, older ones from one node each in turn. */
function* finalReads(nodes: readonly string[], keys: KeyRing) {
  for (const [position, { key, isCurrent }] of keys.all().entries()) {
    const input: AppendInput = { f: "read", operations: [{ f: "r", key }], expected: [] };
    for (const [turn, node] of nodes.entries()) {
      if (isCurrent || turn === position % nodes.length) yield { node, input };
    }
  }
}
