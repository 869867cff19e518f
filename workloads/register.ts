import { linearizable } from "../src/checkers/linearizable.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
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

/** So many keys are in use at a time: few enough that clients meet, more than one to vary. */
const slots = 3;

/**
 * Reads, writes and compare-and-sets of single keys. Finds stale reads, lost writes, writes applied
 * twice, and compares that etcd decided on something else than what was there. Keys share nothing,
 * so each is searched on its own, and a fresh key after `opsPerKey` operations keeps each search
 * short. Every written value is written once in a run, so that a read names the write that it saw.
 *
 * With `serializable` the reads ask a member for what it has, which etcd allows to be stale, and
 * are judged as if it were not: a cut-off member must then be caught.
 */
export function register(options: WorkloadOptions): Workload<RegisterInput, RegisterOutput> {
  const keys = keyRing("register", { slots, opsPerKey: options.opsPerKey });
  const readOptions = options.serializable ? { serializable: true } : {};
  return {
    name: "register",
    kinds: ["read", "write", "cas"],
    thread: (context) => registerThread(context, keys),
    isReadOnly: (input) => input.f === "read",
    invoke: (client, input) => invoke(client, input, readOptions),
    finalOperations: (nodes) => finalReads(nodes, keys),
    checkers: {
      linearizable: linearizable(registerModel),
      "monotonic-revision": monotonicRevision({
        counts: ({ input }) => input.f !== "read" || !options.serializable,
      }),
    },
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
    if (choice.f === "read") return { f: "read", key };
    written++;
    const value = written * threads + thread;
    if (choice.f === "write") return { f: "write", key, value };
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

  return { next, saw };
}

interface Choice {
  readonly f: "read" | "write" | "cas";
  readonly on: "value" | "mod";
  readonly slot: number;
}

/** Always the same draws, whatever comes of them: half reads, a fifth writes, the rest swaps. */
function choose(random: Random): Choice {
  const slot = random.below(slots);
  const kind = random.below(10);
  const on = random.pick(["value", "mod"] as const);
  return { f: kind < 5 ? "read" : kind < 7 ? "write" : "cas", on, slot };
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
      const { header } = await client.put({ key: input.key, value: String(input.value) });
      return { output: { revision: header.revision }, header };
    }
    case "cas": {
      const { header, succeeded, responses } = await client.txn(casRequest(input));
      if (succeeded) return { output: { swapped: true, revision: header.revision }, header };
      const [inner] = responses;
      const { value, modRevision } = registerIn(inner?.type === "range" ? inner.response.kvs : []);
      return { output: { swapped: false, found: value, foundRevision: modRevision }, header };
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

function registerIn(kvs: readonly KeyValue[]): ReadOutput {
  const [kv] = kvs;
  if (!kv) return { value: null, modRevision: 0, version: 0 };
  return { value: valueIn(kv.value), modRevision: kv.modRevision, version: kv.version };
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
