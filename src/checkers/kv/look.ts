import type { KeyValue, RangeRequest } from "../../core/client.js";
import { compareText, isAmong, type Keys } from "../../models/etcd/key-order.js";
import { answerOf, type KvOperation } from "./kv-operation.js";

/** What a range was told of one revision. */
export interface Look {
  readonly request: RangeRequest;
  readonly at: number;
  readonly kvs: readonly KeyValue[];
  /** Of all keys in the range, whatever was shown of them. */
  readonly count: number;
  readonly more: boolean;
}

/** Undefined of other requests, and of refusals. */
export function lookOf(operation: KvOperation): Look | undefined {
  const { input } = operation;
  const answer = answerOf(operation);
  if (input.f !== "range" || !answer || !("kvs" in answer)) return undefined;
  const { request } = input;
  const { revision = 0 } = request;
  const { kvs, count, more } = answer;
  return { request, at: revision > 0 ? revision : answer.revision, kvs, count, more };
}

/** Whether a key of the range, had it been there, would have been shown. */
export function wouldShow({ request, kvs, count }: Look, key: string): boolean {
  if (kvs.length >= count) return true;
  const last = kvs.at(-1);
  return last !== undefined && isByKey(request) && compareText(key, last.key) < 0;
}

/** The first keys of the range in their order, and none left out before the last of them. */
function isByKey(request: RangeRequest): boolean {
  const { sort } = request;
  const isAscending = !sort || (sort.target === "key" && sort.order === "ascend");
  return isAscending && !isBounded(request);
}

/** By revisions, so that keys of the range may be left out. */
export function isBounded(request: RangeRequest): boolean {
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request;
  const bounds = [minModRevision, maxModRevision, minCreateRevision, maxCreateRevision];
  return bounds.some((bound = 0) => bound > 0);
}

/** Those of all that a request is about, without a look at the others where it names one alone. */
export function keysAmong(keys: Keys, all: ReadonlyMap<string, unknown>): readonly string[] {
  if ((keys.rangeEnd ?? "") === "") return all.has(keys.key) ? [keys.key] : [];
  return [...all.keys()].filter((key) => isAmong(keys, key));
}
