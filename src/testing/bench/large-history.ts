import { closeSync, openSync, writeSync } from "node:fs";
import { type HistoryHeader, historyVersion } from "../../core/history.js";
import type { ResponseHeader } from "../../core/operation.js";
import type {
  CasInput,
  CasOutput,
  ReadInput,
  ReadOutput,
  RegisterValue,
  WriteInput,
  WriteOutput,
} from "../../models/register.js";
import { type Draw, drawFrom } from "../register-histories.js";

const opsPerKey = 200;
/** So many keys are in use at a time, as in the register workload. */
const slots = 3;
const nodes = ["n1", "n2", "n3", "n4", "n5"];
/** One answer in so many is lost. */
const answersPerLoss = 200;

const header: HistoryHeader = {
  ordeal: "history",
  version: historyVersion,
  run: "large",
  startedAt: "2024-01-01T00:00:00.000Z",
  seed: 1,
  cluster: { kind: "simulated", nodes, versions: {} },
  workload: { name: "register", options: { opsPerKey, serializable: false } },
  nemeses: [],
  concurrency: 10,
  rate: 2500,
  timeLimitMs: 1_000_000,
};

type Note = (event: Readonly<{ type: string } & { readonly [field: string]: unknown }>) => void;

/**
 * Writes the history of a run of the register workload against an etcd without faults: valid, one
 * outcome in two hundred unknown, the same bytes for the same arguments. It goes past
 * HistoryWriter, which syncs to the disk as it must in a run.
 */
export function writeLargeHistory(path: string, operations: number, seed = 1): void {
  const file = openSync(path, "w");
  let lines: string[] = [JSON.stringify({ ...header, seed })];
  const flush = () => {
    writeSync(file, `${lines.join("\n")}\n`);
    lines = [];
  };
  let index = 0;
  const record: Note = (event) => {
    lines.push(JSON.stringify({ index, at: 200_000 * (index + 1), ...event }));
    index += 1;
    if (lines.length >= 20_000) flush();
  };
  record({ type: "phase", phase: "main" });
  const store = playRun(drawFrom(seed), operations, record);
  for (const phase of ["healing", "final"]) record({ type: "phase", phase });
  readAll(store, record);
  record({ type: "phase", phase: "end" });
  flush();
  closeSync(file);
}

/** Those that any register can be asked: keys are never deleted here. */
type LargeInput = ReadInput | WriteInput | CasInput;
type LargeOutput = ReadOutput | WriteOutput | CasOutput;

interface Key {
  readonly name: string;
  asked: number;
  value: RegisterValue;
  modRevision: number;
  version: number;
}

interface Store {
  revision: number;
  readonly keys: Key[];
  /** The keys in use, by slot. */
  readonly current: Key[];
}

interface Thread {
  readonly number: number;
  process: number;
  written: number;
  /** What it last saw of a key, by slot. */
  readonly seen: { key: Key; value: RegisterValue; modRevision: number }[];
  /** What it waits for. */
  request: Request | undefined;
}

interface Request {
  readonly slot: number;
  readonly key: Key;
  readonly input: LargeInput;
  /** Undefined until it has taken effect. */
  output: LargeOutput | undefined;
  revision: number;
}

/** Each turn one client goes a step: it asks, or its request takes effect, or it is answered. */
function playRun(draw: Draw, operations: number, record: Note): Store {
  const store: Store = { revision: 1, keys: [], current: [] };
  for (let slot = 0; slot < slots; slot++) store.current.push(freshKey(store));
  const threads = Array.from({ length: header.concurrency }, (_, number): Thread => {
    const seen = store.current.map((key) => ({ key, value: null, modRevision: 0 }));
    return { number, process: number, written: 0, seen, request: undefined };
  });
  let asked = 0;
  let answered = 0;
  while (answered < operations) {
    const thread = oneOf(threads, draw);
    const { request } = thread;
    if (!request) {
      if (asked === operations) continue;
      asked += 1;
      thread.request = ask(thread, store, draw);
      const node = nodes[thread.number % nodes.length];
      record({ type: "invoke", process: thread.process, node, input: thread.request.input });
    } else if (!request.output) {
      takeEffect(request, store);
    } else {
      answered += 1;
      answer(thread, request, request.output, { record, isLost: draw(answersPerLoss) === 0 });
      thread.request = undefined;
    }
  }
  return store;
}

/** As after a run, when all faults are healed: each key once, by clients of their own. */
function readAll(store: Store, record: Note): void {
  for (const [client, { name, value, modRevision, version }] of store.keys.entries()) {
    const process = 1_000_000_000 + client;
    const input: LargeInput = { f: "read", key: name };
    record({ type: "invoke", process, node: nodes[client % nodes.length], input });
    const output: LargeOutput = { value, modRevision, version };
    record({ type: "ok", process, output, header: responseHeader(client, store.revision) });
  }
}

function freshKey(store: Store): Key {
  const name = `register/${store.keys.length}`;
  const key = { name, asked: 0, value: null, modRevision: 0, version: 0 };
  store.keys.push(key);
  return key;
}

function keyInUse(slot: number, store: Store): Key {
  let key = store.current[slot];
  if (!key || key.asked === opsPerKey) store.current[slot] = key = freshKey(store);
  key.asked += 1;
  return key;
}

function ask(thread: Thread, store: Store, draw: Draw): Request {
  const slot = draw(slots);
  const key = keyInUse(slot, store);
  return { slot, key, input: inputFor(thread, slot, key, draw), output: undefined, revision: 0 };
}

/** What the register workload asks for, but for deletions: half reads, a fifth writes, the rest swaps. */
function inputFor(thread: Thread, slot: number, held: Key, draw: Draw): LargeInput {
  const key = held.name;
  const kind = draw(10);
  if (kind < 5) return { f: "read", key };
  thread.written += 1;
  const value = thread.written * header.concurrency + thread.number;
  if (kind < 7) return { f: "write", key, value };
  const seen = thread.seen[slot];
  const { value: expected, modRevision: expectedRevision } =
    seen?.key === held ? seen : { value: null, modRevision: 0 };
  return draw(2) === 0 && expected !== null
    ? { f: "cas", key, on: "value", expected, value }
    : { f: "cas", key, on: "mod", expected, expectedRevision, value };
}

function takeEffect(request: Request, store: Store): void {
  const { input, key } = request;
  if (swaps(input, key)) {
    store.revision += 1;
    key.value = input.f === "read" ? key.value : input.value;
    key.modRevision = store.revision;
    key.version += 1;
    const { revision } = store;
    request.output = input.f === "cas" ? { swapped: true, revision } : { revision };
  } else {
    const { value, modRevision, version } = key;
    request.output =
      input.f === "cas"
        ? { swapped: false, found: value, foundRevision: modRevision }
        : { value, modRevision, version };
  }
  request.revision = store.revision;
}

function swaps(input: LargeInput, key: Key): boolean {
  switch (input.f) {
    case "read":
      return false;
    case "write":
      return true;
    case "cas":
      return input.on === "value"
        ? input.expected === key.value
        : input.expectedRevision === key.modRevision;
  }
}

function answer(
  thread: Thread,
  { slot, key, input, revision }: Request,
  output: LargeOutput,
  { record, isLost }: { readonly record: Note; readonly isLost: boolean },
): void {
  const { process } = thread;
  if (isLost) {
    const peer = `127.0.0.1:${2379 + (thread.number % nodes.length)}`;
    const error = { code: 4, details: "Deadline exceeded", peer, sent: true };
    record({ type: input.f === "read" ? "fail" : "info", process, error });
    // What nobody knows the end of may still be under way, so its process never speaks again.
    thread.process += header.concurrency;
    return;
  }
  record({ type: "ok", process, output, header: responseHeader(thread.number, revision) });
  const seen = whatWasThere(input, output);
  if (seen) thread.seen[slot] = { key, ...seen };
}

function responseHeader(client: number, revision: number): ResponseHeader {
  const memberId = `803272463475792${4000 + (client % nodes.length)}`;
  return { clusterId: "14841639068965178418", memberId, revision, raftTerm: 2 };
}

function whatWasThere(
  input: LargeInput,
  output: LargeOutput,
): { readonly value: RegisterValue; readonly modRevision: number } | undefined {
  if ("modRevision" in output) return { value: output.value, modRevision: output.modRevision };
  if ("found" in output) return { value: output.found, modRevision: output.foundRevision };
  return input.f === "read" ? undefined : { value: input.value, modRevision: output.revision };
}

function oneOf<T>(items: readonly T[], draw: Draw): T {
  const item = items[draw(items.length)];
  if (item === undefined) throw new RangeError("there is nothing to draw from");
  return item;
}
