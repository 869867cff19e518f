import type { KeyValue, RangeRequest, RangeResponse } from "../../core/client.js";
import { compareText } from "./key-order.js";

export type RangeAnswer = Omit<RangeResponse, "header">;

/**
 * What a range answers, given all keys in it: the count is of them all, then come the bounds on
 * revisions, the order, the limit, and last the values are left out where only keys were asked for.
 */
export function answerRange(kvs: readonly KeyValue[], request: RangeRequest): RangeAnswer {
  const count = kvs.length;
  if (request.countOnly === true) return { kvs: [], count, more: false };
  const { limit = 0, sort, keysOnly = false } = request;
  let wanted = kvs.filter((kv) => isWithin(kv, request));
  if (sort) {
    const sign = sort.order === "ascend" ? 1 : -1;
    const compare = comparisons[sort.target];
    wanted = wanted.sort((a, b) => sign * compare(a, b));
  }
  const more = limit > 0 && wanted.length > limit;
  if (more) wanted.length = limit;
  return { kvs: keysOnly ? wanted.map((kv) => ({ ...kv, value: "" })) : wanted, count, more };
}

/** A bound of 0 is none. */
function isWithin({ modRevision, createRevision }: KeyValue, request: RangeRequest): boolean {
  const most = (bound = 0) => (bound === 0 ? Infinity : bound);
  return (
    modRevision >= (request.minModRevision ?? 0) &&
    modRevision <= most(request.maxModRevision) &&
    createRevision >= (request.minCreateRevision ?? 0) &&
    createRevision <= most(request.maxCreateRevision)
  );
}

const comparisons = {
  key: (a: KeyValue, b: KeyValue) => compareText(a.key, b.key),
  value: (a: KeyValue, b: KeyValue) => compareText(a.value, b.value),
  version: (a: KeyValue, b: KeyValue) => a.version - b.version,
  create: (a: KeyValue, b: KeyValue) => a.createRevision - b.createRevision,
  mod: (a: KeyValue, b: KeyValue) => a.modRevision - b.modRevision,
};
