import type { Outcome } from "../src/core/operation.js";
import type { StageClient } from "../src/core/scenario.js";
import type {
  CompactInput,
  DeleteInput,
  PutInput,
  WatchInput,
  WatchPlan,
  WatchTold,
  WatchWorkloadInput,
  WatchWorkloadOutput,
} from "../workloads/watch-input.js";
import { keyPrefix } from "../workloads/watch-keys.js";

/** The operations of the workload `watch`, for scenarios that are played with them. */
export type WatchClient = StageClient<WatchWorkloadInput, WatchWorkloadOutput>;

/** Of a round. No other writes it. */
export function watchedKey(round: number, name: string): string {
  return `${keyPrefix}${round}/${name}`;
}

/** All keys of a round. */
export function watchedPrefix(round: number): { readonly key: string; readonly rangeEnd: string } {
  return { key: `${keyPrefix}${round}/`, rangeEnd: `${keyPrefix}${round}0` };
}

/** Values are written once in a run. */
export function put(key: string, value: string): PutInput {
  return { f: "put", step: { type: "put", key, value } };
}

export function remove(key: string): DeleteInput {
  return { f: "delete", step: { type: "delete", key } };
}

export function compact(revision: number): CompactInput {
  return { f: "compact", revision, physical: true };
}

export interface Listening {
  readonly lifeMs: number;
  readonly restMs?: number;
  readonly progressAtMs?: readonly number[];
  /** It is over as soon as a watch was told of a change of this key. */
  readonly untilKey?: string;
}

/** A stream with these watches, which are all created at once. */
export function listenTo(
  watches: readonly WatchPlan[],
  { lifeMs, restMs = 0, progressAtMs = [], untilKey }: Listening,
): WatchInput {
  const end = untilKey !== undefined && { untilKey };
  return { f: "watch", watches, lifeMs, restMs, progressAtMs, ...end };
}

/** The revision of a write that wrote something. */
export async function revisionOf(
  client: WatchClient,
  input: PutInput | DeleteInput,
): Promise<number> {
  const output = await client.must(input);
  return "revision" in output ? (output.revision ?? 0) : 0;
}

/** Puts values one after the other, and tells the revisions of the first and the last of them. */
export async function putSome(
  client: WatchClient,
  key: string,
  values: readonly string[],
): Promise<{ readonly first: number; readonly last: number }> {
  let first = 0;
  let last = 0;
  for (const value of values) {
    last = await revisionOf(client, put(key, value));
    if (first === 0) first = last;
  }
  return { first, last };
}

/** As many values of a round as asked for, each with the same name before its number. */
export function valuesOf(round: number, name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => `${round}.${name}.${place + 1}`);
}

/** How far each watch of a stream came; nothing where the stream failed. */
export function toldBy(outcome: Outcome<WatchWorkloadOutput>): readonly WatchTold[] {
  return outcome.type === "ok" && "told" in outcome.output ? outcome.output.told : [];
}

/** Whether a watch of a stream was told of all up to a revision. */
export function hasReached(
  outcome: Outcome<WatchWorkloadOutput>,
  { id = 1, revision }: { readonly id?: number; readonly revision: number },
): boolean {
  return toldBy(outcome).some(({ id: told, next = 0 }) => told === id && next > revision);
}
