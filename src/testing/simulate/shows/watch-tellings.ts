import type { WatchWorkloadInput, WatchWorkloadOutput } from "../../../../workloads/watch-input.js";
import { recordedValue, sentValue } from "../../../../workloads/watch-values.js";
import type { WatchPart } from "../../../checkers/watch/watch-record.js";
import type { KeyValue, WatchEvent } from "../../../core/client.js";
import type { Operation } from "../../../core/operation.js";

export type Watched = Operation<WatchWorkloadInput, WatchWorkloadOutput>;

export interface Part extends WatchPart {
  readonly index: number;
}

export function partsOf({ parts = [] }: Watched): Part[] {
  return parts.map(({ index, part }) => ({ ...(part as WatchPart), index }));
}

export function eventsOf(parts: readonly Part[]): WatchEvent[] {
  return parts.flatMap(({ events = [] }) => events);
}

export interface Telling extends Pick<KeyValue, "key"> {
  readonly type: "put" | "delete";
  readonly revision: number;
  readonly value?: string;
  /** Undefined where only the write itself is known. */
  readonly kv?: KeyValue;
}

/** What an operation tells of keys at revisions. */
export function tellings(operation: Watched): Telling[] {
  const { outcome, input } = operation;
  if (input.f === "watch") {
    return eventsOf(partsOf(operation)).map(({ type, kv }) => tellingOf(type, kv));
  }
  if (outcome.type !== "ok") return [];
  const { output } = outcome;
  if ("found" in output) return output.found.map((kv) => tellingOf("put", kv));
  if (!("deleted" in output) || output.revision === undefined) return [];
  const { revision, deleted } = output;
  const puts = stepsOf(input).flatMap((step): Telling[] =>
    step.type === "put"
      ? [{ type: "put", revision, key: step.key, value: recordedValue(sentValue(step)) }]
      : [],
  );
  return [...puts, ...deleted.map((key): Telling => ({ type: "delete", revision, key }))];
}

function tellingOf(type: Telling["type"], kv: KeyValue): Telling {
  const { key, value, modRevision: revision } = kv;
  return { type, key, revision, kv, ...(type === "put" && { value }) };
}

export function stepsOf(input: WatchWorkloadInput) {
  if (input.f === "txn") return input.steps;
  return input.f === "put" || input.f === "delete" ? [input.step] : [];
}

export function contradicts(one: Telling, other: Telling): boolean {
  if (one.revision !== other.revision || one.key !== other.key) return false;
  if (one.type !== other.type || one.value !== other.value) return true;
  return one.kv !== undefined && other.kv !== undefined && differ(one.kv, other.kv);
}

function differ(one: KeyValue, other: KeyValue): boolean {
  return (
    one.createRevision !== other.createRevision ||
    one.version !== other.version ||
    one.lease !== other.lease
  );
}
