import type { KeyLook, RevisionAccounts } from "../src/checkers/revision-order/account.js";
import { revisionOrder } from "../src/checkers/revision-order/revision-order.js";
import { setFull } from "../src/checkers/set-full/set-full.js";
import type { SetElement } from "../src/checkers/set-full/set-operation.js";
import type { Client, KeyValue, TxnRequest } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Random } from "../src/core/random.js";
import type { Answer, Thread, ThreadContext, Workload } from "../src/core/workload.js";
import { type KeyRing, keyRing } from "./key-ring.js";

/** A read of a whole set; from the member's own state where it is serializable. */
export interface ReadSetInput {
  readonly f: "read";
  readonly key: string;
  readonly serializable?: true;
}

/** Writes the expected elements and one more, where the key still is as it was when it held them. */
export interface AddInput {
  readonly f: "add";
  readonly key: string;
  readonly element: number;
  readonly expected: readonly SetElement[];
  /** 0 for a key that is absent. */
  readonly expectedRevision: number;
}

export type SetInput = ReadSetInput | AddInput;

export type SetOutput =
  /** Of a read: no elements and revision 0 where the key is absent. */
  | { readonly elements: readonly SetElement[]; readonly modRevision: number }
  | { readonly added: true; readonly revision: number }
  | {
      readonly added: false;
      readonly found: readonly SetElement[];
      readonly foundRevision: number;
    };

/** So many sets are in use at a time: few enough that adds meet, and most are refused at first. */
const slots = 3;

/**
 * Adds to sets, each of which is the JSON array under one key, and reads of whole sets. An add is one
 * transaction that writes the set as the thread saw it last and one element more, guarded by its
 * mod_revision; one that is refused reads what is there, and the thread tries the same element again
 * with its next operation. Finds lost and stale elements: an add on a set that was not the newest
 * drops what others added, for good. A fresh key after `opsPerKey` operations keeps the sets small.
 * Every element is added by one thread once in a run, so that a read names the adds that it saw.
 *
 * With `serializable` the reads under load ask a member for what it has, which etcd allows to be
 * stale, and are judged as if it were not. The last reads are linearizable all the same: what they
 * do not find is lost and not only late.
 */
export function set(options: WorkloadOptions): Workload<SetInput, SetOutput> {
  const keys = keyRing("set", { slots, opsPerKey: options.opsPerKey });
  const { serializable } = options;
  return {
    name: "set",
    kinds: ["read", "add"],
    thread: (context) => setThread(context, keys, serializable ? { serializable } : {}),
    toleratesCompaction: true,
    toleratesRewind: true,
    isReadOnly: (input) => input.f === "read",
    invoke,
    finalOperations: (nodes) => finalReads(nodes, keys),
    checkers: { "set-full": setFull, "revision-order": revisionOrder(setAccounts) },
    // Serializable reads may be stale by their revisions, and are judged as if they must not be.
    ...(!serializable && { opinions: { first: "set-full", second: "revision-order" } }),
  };
}

interface Seen {
  readonly elements: readonly SetElement[];
  readonly modRevision: number;
}

/** An element that was refused: it is tried again for as long as its key is in use. */
interface Refused {
  readonly slot: number;
  readonly key: string;
  readonly element: number;
}

/**
 * What a thread draws follows from its random stream alone. What it knows of a set, and whether it
 * has to try again, comes from the answers that it got.
 */
function setThread(
  { thread, threads, random }: ThreadContext,
  keys: KeyRing,
  readOptions: Pick<ReadSetInput, "serializable">,
): Thread<SetInput, SetOutput> {
  const seen = new Map<string, Seen>();
  let added = 0;
  let trying: Refused | undefined;
  let refused: Refused | undefined;

  function next(): SetInput {
    const choice = choose(random);
    const again = refused;
    refused = undefined;
    const slot = again?.slot ?? choice.slot;
    const key = keys.use(slot);
    if (!again && choice.f === "read") return { f: "read", key, ...readOptions };
    const element = again?.key === key ? again.element : ++added * threads + thread;
    trying = { slot, key, element };
    // A key that this thread has not seen yet is taken to be absent.
    const { elements, modRevision } = seen.get(key) ?? { elements: [], modRevision: 0 };
    return { f: "add", key, element, expected: elements, expectedRevision: modRevision };
  }

  function saw(input: SetInput, output: SetOutput): void {
    const now = whatIsThere(input, output);
    if (now) seen.set(input.key, now);
    // What is there in spite of the refusal must not be written twice.
    const isRefused =
      "found" in output && input.f === "add" && !output.found.includes(input.element);
    if (isRefused) refused = trying;
  }

  function forget(): void {
    seen.clear();
    refused = undefined;
  }

  return { next, saw, forget };
}

interface Choice {
  readonly f: "read" | "add";
  readonly slot: number;
}

/** Always the same draws, whatever comes of them. Adds are few, since most take several attempts. */
function choose(random: Random): Choice {
  const slot = random.below(slots);
  return { f: random.below(4) === 0 ? "add" : "read", slot };
}

/** What a set held right after an operation, as far as its answer tells. */
function whatIsThere(input: SetInput, output: SetOutput): Seen | undefined {
  if ("elements" in output) return output;
  if (!output.added) return { elements: output.found, modRevision: output.foundRevision };
  if (input.f !== "add") return undefined;
  return { elements: [...input.expected, input.element], modRevision: output.revision };
}

async function invoke(client: Client, input: SetInput): Promise<Answer<SetOutput>> {
  if (input.f === "read") {
    const { key, serializable } = input;
    const { header, kvs } = await client.range({ key, ...(serializable && { serializable }) });
    return { output: setIn(kvs), header };
  }
  const { header, succeeded, responses } = await client.txn(addRequest(input));
  if (succeeded) return { output: { added: true, revision: header.revision }, header };
  const [inner] = responses;
  const { elements, modRevision } = setIn(inner?.type === "range" ? inner.response.kvs : []);
  return { output: { added: false, found: elements, foundRevision: modRevision }, header };
}

/** One transaction: write the set anew where nobody else did, else read what is there instead. */
function addRequest({ key, element, expected, expectedRevision }: AddInput): TxnRequest {
  const value = JSON.stringify([...expected, element]);
  return {
    compare: [{ key, target: "mod", result: "equal", operand: expectedRevision }],
    success: [{ type: "put", request: { key, value } }],
    failure: [{ type: "range", request: { key } }],
  };
}

function setIn(kvs: readonly KeyValue[]): Seen {
  const [kv] = kvs;
  if (!kv) return { elements: [], modRevision: 0 };
  return { elements: elementsIn(kv.value), modRevision: kv.modRevision };
}

/** Whatever no client can have written is kept as it was found, as an element that nobody added. */
function elementsIn(text: string): readonly SetElement[] {
  const value = parsed(text);
  if (!Array.isArray(value)) return [text];
  return value.map((element: unknown) =>
    typeof element === "number" || typeof element === "string" ? element : JSON.stringify(element),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The operations as the second judge wants them: a set is the text of its elements. */
export const setAccounts: RevisionAccounts<SetInput, SetOutput> = {
  deletes: false,
  asked(input) {
    if (input.f === "read") return [];
    return [{ key: input.key, value: JSON.stringify([...input.expected, input.element]) }];
  },
  told(input, output) {
    const { key } = input;
    if ("elements" in output) return { wrote: false, looks: [lookAt(key, output)] };
    if (!output.added) {
      const found = { elements: output.found, modRevision: output.foundRevision };
      return { wrote: false, looks: [lookAt(key, found)] };
    }
    if (input.f === "read") return { wrote: false, looks: [] };
    const guard = { elements: input.expected, modRevision: input.expectedRevision };
    return { wrote: true, looks: [{ ...lookAt(key, guard), isBefore: true }] };
  },
};

function lookAt(key: string, { elements, modRevision }: Seen): KeyLook {
  const isAbsent = modRevision === 0 && elements.length === 0;
  return { key, value: isAbsent ? null : JSON.stringify(elements), modRevision };
}

/** Sets still in use are read from every node, older ones from one node each in turn. */
function* finalReads(nodes: readonly string[], keys: KeyRing) {
  for (const [position, { key, isCurrent }] of keys.all().entries()) {
    const input: SetInput = { f: "read", key };
    for (const [turn, node] of nodes.entries()) {
      if (isCurrent || turn === position % nodes.length) yield { node, input };
    }
  }
}
