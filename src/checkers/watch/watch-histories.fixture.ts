import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Input, Operation } from "../../core/operation.js";
import { historyOf } from "../../testing/histories.js";
import type {
  Change,
  RecordedWatch,
  RevisionFacts,
  WatchAdapter,
  WatchMessage,
} from "./watch-record.js";

/**
 * Histories of watches drawn by hand. A watch is its own operation on node n(process + 1); places
 * are those of events in the history, one millisecond each.
 */
export interface DrawnInput extends Input {
  readonly plans?: readonly Omit<RecordedWatch, "operation">[];
  readonly facts?: RevisionFacts;
}

export type Drawn = Operation<DrawnInput>;

export const drawnAdapter: WatchAdapter<DrawnInput> = {
  watchesOf: (operation) => (operation.input.plans ?? []).map((plan) => ({ ...plan, operation })),
  factsOf: ({ input }) => input.facts,
};

export interface DrawnOptions extends Partial<
  Omit<RecordedWatch, "operation" | "messages" | "startRevision">
> {
  readonly process?: number;
  readonly at?: number;
  readonly start?: number;
}

/** Watches all keys from its start on unless told otherwise. */
export function watching(
  { process = 0, at = 0, start, ...options }: DrawnOptions,
  ...messages: readonly WatchMessage[]
): Drawn {
  const plan = {
    watchId: 1,
    range: { key: "\0", rangeEnd: "\0" },
    filters: [],
    prevKv: true,
    progressNotify: true,
    fragment: false,
    cancelAsked: false,
    ended: { how: "closed" } as const,
    ...options,
    ...(start !== undefined && { startRevision: start }),
    messages,
  };
  const last = messages.at(-1)?.index ?? at;
  return operation(process, { at, until: last + 1, input: { f: "watch", plans: [plan] } });
}

/** A write, made at a revision, or of which nobody knows, or that failed. */
export function write(
  process: number,
  [at, until]: readonly [number, number],
  outcome: number | "maybe" | "never",
  ...changes: readonly Change[]
): Drawn {
  const fact =
    typeof outcome === "number"
      ? ({ outcome: "made", revision: outcome, changes } as const)
      : ({ outcome, changes } as const);
  return operation(process, { at, until, input: { f: "write", facts: { write: fact } } });
}

/** A linearizable read. */
export function read(
  process: number,
  [at, until]: readonly [number, number],
  revision: number,
  ...found: readonly KeyValue[]
): Drawn {
  return operation(process, { at, until, input: { f: "read", facts: { revision, found } } });
}

function operation(
  process: number,
  { at, until, input }: { readonly at: number; readonly until: number; readonly input: DrawnInput },
): Drawn {
  return {
    index: at,
    process,
    node: `n${process + 1}`,
    phase: "main",
    input,
    invokedAtNs: at * 1e6,
    completedIndex: until,
    completedAtNs: until * 1e6,
    outcome: { type: "ok", output: {} },
  };
}

const blank = {
  watchId: 1,
  revision: 0,
  created: false,
  canceled: false,
  compactRevision: 0,
  fragment: false,
  events: [],
};

export function created(index: number, revision: number): WatchMessage {
  return { ...blank, index, atNs: index * 1e6, revision, created: true };
}

export function told(index: number, ...events: readonly WatchEvent[]): WatchMessage {
  const revision = events.reduce((last, { kv }) => Math.max(last, kv.modRevision), 0);
  return { ...blank, index, atNs: index * 1e6, revision, events };
}

/** A piece that more follow. */
export function piece(index: number, ...events: readonly WatchEvent[]): WatchMessage {
  return { ...told(index, ...events), fragment: true };
}

/** For all watches of the stream, unless it is for one. */
export function notified(index: number, revision: number, watchId = -1): WatchMessage {
  return { ...blank, index, atNs: index * 1e6, revision, watchId };
}

export function canceled(index: number, compactRevision = 0): WatchMessage {
  return { ...blank, index, atNs: index * 1e6, canceled: true, compactRevision };
}

/** "a=1@5": 1 put to a at revision 5, the key's first put unless told otherwise. */
export function kv(text: string, { create, version = 1 }: Past = {}): KeyValue {
  const [, key = "", value = "", revision = "0"] = /^(.+)=(.*)@(\d+)$/.exec(text) ?? [];
  const modRevision = Number(revision);
  return { key, value, createRevision: create ?? modRevision, modRevision, version, lease: "0" };
}

interface Past {
  readonly create?: number;
  readonly version?: number;
  readonly prevKv?: KeyValue;
}

export function put(text: string, { prevKv, ...past }: Past = {}): WatchEvent {
  return { type: "put", kv: kv(text, past), ...(prevKv && { prevKv }) };
}

/** "a@5": a was deleted at revision 5. */
export function gone(text: string, prevKv?: KeyValue): WatchEvent {
  const [key = "", revision] = text.split("@");
  const bare = { key, value: "", createRevision: 0, version: 0, lease: "0" };
  return {
    type: "delete",
    kv: { ...bare, modRevision: Number(revision) },
    ...(prevKv && { prevKv }),
  };
}

/** "a=1": a put. "a": a deletion. */
export function change(text: string): Change {
  const [key = "", value] = text.split("=");
  return value === undefined ? { type: "delete", key } : { type: "put", key, value };
}

export const drawnHistory = (...operations: readonly Drawn[]) => historyOf(operations);
