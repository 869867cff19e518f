import { linearizable } from "../src/checkers/linearizable.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import { revisionOrder } from "../src/checkers/revision-order/revision-order.js";
import type { Client, Compare, KeyValue, RangeRequest, TxnRequest } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Random } from "../src/core/random.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";
import {
  type CasInput,
  type ReadOutput,
  type RegisterInput,
  type RegisterOutput,
  type RegisterValue,
  registerModel,
} from "../src/models/register.js";
import { type KeyRing, keyRing } from "./key-ring.js";
import { registerAccounts } from "./register-accounts.js";

/** So many keys are in use at a time: few enough that clients meet, more than one to vary. */
const slots = 3;

/**
 * Reads, writes, compare-and-sets and deletions of single keys. Finds stale reads, lost writes,
 * writes applied twice, and compares that etcd decided on something else than what was there. Keys
 * share nothing, so each is searched on its own, and a fresh key after `opsPerKey` operations keeps
 * each search short. Every written value is written once in a run, so that a read names the write
 * that it saw; a deletion, and half of the writes, say what they replaced.
 *
 * Judged twice: by values and times alone, and by the revisions and versions that etcd tells.
 *
 * With `serializable` the reads ask a member for what it has, which etcd allows to be stale, and
 * are judged by values as if it were not: a cut-off member must then be caught. By revisions it is
 * no fault, so that the two opinions are not compared.
 */
export function register(options: WorkloadOptions): Workload<RegisterInput, RegisterOutput> {
  const keys = keyRing("register", { slots, opsPerKey: options.opsPerKey });
  const readOptions = options.serializable ? { serializable: true } : {};
  return {
    name: "register",
    kinds: ["read", "write", "cas"],
    newerKinds: ["delete"],
    thread: (context) => registerThread(context, keys),
    toleratesCompaction: true,
    toleratesRewind: true,
    isReadOnly: (input) => input.f === "read",
    invoke: (client, input) => invoke(client, input, readOptions),
    finalOperations: (nodes) => finalReads(nodes, keys),
    checkers: {
      linearizable: linearizable(registerModel),
      "monotonic-revision": monotonicRevision({
        counts: ({ input }) => input.f !== "read" || !options.serializable,
      }),
      "revision-order": revisionOrder(registerAccounts),
    },
    ...(!options.serializable && {
      opinions: { first: "linearizable", second: "revision-order" },
    }),
  };
}

interface Seen {
  readonly value: RegisterValue;
  readonly modRevision: number;
}

/**
 * What a thread chooses follows from its random stream alone; what it knows of the key that stands
 * in the chosen slot comes from the answers that it got.
 */
function registerThread(
  { thread, threads, random }: ThreadContext,
  keys: KeyRing,
): Thread<RegisterInput, RegisterOutput> {
  const seen = new Map<string, Seen>();
  let written = 0;

  function next(): RegisterInput {
    const choice = choose(random);
    const key = keys.use(choice.slot);
    if (choice.f === "read" || choice.f === "delete") return { f: choice.f, key };
    written++;
    const value = written * threads + thread;
    if (choice.f === "write") {
      return { f: "write", key, value, ...(choice.on === "value" && { previous: true }) };
    }
    // A key that this thread has not seen yet is taken to be absent.
    const { value: expected, modRevision } = seen.get(key) ?? { value: null, modRevision: 0 };
    // A value cannot be compared with nothing, so an absent key is always guarded by revision.
    if (choice.on === "value" && expected !== null) {
      return { f: "cas", key, on: "value", expected, value };
    }
    return { f: "cas", key, on: "mod", expected, expectedRevision: modRevision, value };
  }

  function saw(input: RegisterInput, output: RegisterOutput): void {
    const now = whatIsThere(input, output);
    if (now) seen.set(input.key, now);
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
  readonly f: RegisterInput["f"];
  readonly on: "value" | "mod";
  readonly slot: number;
}

/** So many of twenty: half reads, a fifth writes, a quarter swaps. */
const share: readonly (readonly [RegisterInput["f"], number])[] = [
  ["read", 10],
  ["write", 4],
  ["cas", 5],
  ["delete", 1],
];
const kinds = share.flatMap(([f, count]) => Array.from({ length: count }, () => f));

/** Always the same draws, whatever comes of them. */
function choose(random: Random): Choice {
  const slot = random.below(slots);
  const f = random.pick(kinds);
  const on = random.pick(["value", "mod"] as const);
  return { f, on, slot };
}

/** What a key held right after an operation, as far as its answer tells. */
function whatIsThere(input: RegisterInput, output: RegisterOutput): Seen | undefined {
  if (input.f === "read" && "modRevision" in output && "value" in output) return output;
  if (input.f === "write" && "revision" in output) {
    return { value: input.value, modRevision: output.revision };
  }
  if (input.f === "cas" && "swapped" in output) {
    if (output.swapped) return { value: input.value, modRevision: output.revision };
    return { value: output.found, modRevision: output.foundRevision };
  }
  if (input.f === "delete") return { value: null, modRevision: 0 };
  return undefined;
}

async function invoke(
  client: Client,
  input: RegisterInput,
  readOptions: Pick<RangeRequest, "serializable">,
): Promise<Answer<RegisterOutput>> {
  switch (input.f) {
    case "read": {
      const { header, kvs } = await client.range({ key: input.key, ...readOptions });
      return { output: registerIn(kvs), header };
    }
    case "write": {
      const { key, value, previous } = input;
      const request = { key, value: String(value), ...(previous && { prevKv: true }) };
      const { header, prevKv } = await client.put(request);
      const { revision } = header;
      if (!previous) return { output: { revision }, header };
      return { output: { revision, previous: registerIn(prevKv ? [prevKv] : []) }, header };
    }
    case "delete": {
      const { key } = input;
      const { header, deleted, prevKvs } = await client.deleteRange({ key, prevKv: true });
      if (deleted === 0) return { output: { deleted: false }, header };
      const { revision } = header;
      return { output: { deleted: true, revision, previous: registerIn(prevKvs) }, header };
    }
    case "cas": {
      const { header, succeeded, responses } = await client.txn(casRequest(input));
      if (succeeded) return { output: { swapped: true, revision: header.revision }, header };
      const [inner] = responses;
      const kvs = inner?.type === "range" ? inner.response.kvs : [];
      return { output: refusalOf(registerIn(kvs)), header };
    }
  }
}

/** One transaction: swap where the guard holds, else read what is there instead. */
function casRequest(input: CasInput): TxnRequest {
  const { key } = input;
  return {
    compare: [guardOf(input)],
    success: [{ type: "put", request: { key, value: String(input.value) } }],
    failure: [{ type: "range", request: { key } }],
  };
}

function guardOf(input: CasInput): Compare {
  return input.on === "value"
    ? { key: input.key, target: "value", result: "equal", operand: String(input.expected) }
    : { key: input.key, target: "mod", result: "equal", operand: input.expectedRevision };
}

function registerIn([kv]: readonly KeyValue[]): Required<ReadOutput> {
  if (!kv) return { value: null, modRevision: 0, version: 0, createRevision: 0 };
  const { value, modRevision, version, createRevision } = kv;
  return { value: valueIn(value), modRevision, version, createRevision };
}

function refusalOf(found: Required<ReadOutput>): RegisterOutput {
  return {
    ...{ swapped: false, found: found.value, foundRevision: found.modRevision },
    ...{ foundVersion: found.version, foundCreateRevision: found.createRevision },
  };
}

/** Whatever no client can have written is kept as it was found. */
function valueIn(text: string): RegisterValue {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Keys still in use are read from every node, older ones from one node each in turn. */
function* finalReads(nodes: readonly string[], keys: KeyRing) {
  for (const [position, { key, isCurrent }] of keys.all().entries()) {
    const input: RegisterInput = { f: "read", key };
    for (const [turn, node] of nodes.entries()) {
      if (isCurrent || turn === position % nodes.length) yield { node, input };
    }
  }
}
