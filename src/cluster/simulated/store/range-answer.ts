import type { KeyValue, RangeRequest, RangeResponse } from "../../../core/client.js";
import { compareKeys } from "./key-range.js";

type Filters = Pick<
  RangeRequest,
  "minModRevision" | "maxModRevision" | "minCreateRevision" | "maxCreateRevision"
>;

/** The answer from all that lies in the range, in key order. The count is from before any filter. */
export function rangeAnswer(
  found: readonly KeyValue[],
  request: RangeRequest,
): Omit<RangeResponse, "header"> {
  const { limit = 0, keysOnly = false, countOnly = false } = request;
  const count = found.length;
  if (countOnly) return { kvs: [], count, more: false };
  const wanted = sorted(
    found.filter((kv) => passes(kv, request)),
    request.sort,
  );
  const more = limit > 0 && wanted.length > limit;
  const kept = more ? wanted.slice(0, limit) : wanted;
  return { kvs: keysOnly ? kept.map((kv) => ({ ...kv, value: "" })) : kept, count, more };
}

/** As in etcd, 0 is no bound. */
function passes({ modRevision, createRevision }: KeyValue, filters: Filters): boolean {
  const { minModRevision = 0, maxModRevision = 0 } = filters;
  const { minCreateRevision = 0, maxCreateRevision = 0 } = filters;
  return (
    (minModRevision === 0 || modRevision >= minModRevision) &&
    (maxModRevision === 0 || modRevision <= maxModRevision) &&
    (minCreateRevision === 0 || createRevision >= minCreateRevision) &&
    (maxCreateRevision === 0 || createRevision <= maxCreateRevision)
  );
}

const comparisons = {
  key: (a: KeyValue, b: KeyValue) => compareKeys(a.key, b.key),
  version: (a: KeyValue, b: KeyValue) => a.version - b.version,
  create: (a: KeyValue, b: KeyValue) => a.createRevision - b.createRevision,
  mod: (a: KeyValue, b: KeyValue) => a.modRevision - b.modRevision,
  value: (a: KeyValue, b: KeyValue) => compareKeys(a.value, b.value),
};

/** Equals stay in key order, whichever way it goes. */
function sorted(kvs: readonly KeyValue[], sort: RangeRequest["sort"]): readonly KeyValue[] {
  if (!sort) return kvs;
  const compare = comparisons[sort.target];
  const sign = sort.order === "ascend" ? 1 : -1;
  return kvs.toSorted((a, b) => sign * compare(a, b));
}
