import type { WatchEvent } from "../../core/client.js";
import type { RecordedWatch, WatchedRange } from "./watch-record.js";

/** Does the key lie in the range? Keys are ordered as their UTF-8 bytes are. */
export function isInRange(key: string, { key: first, rangeEnd }: WatchedRange): boolean {
  if (rangeEnd === undefined || rangeEnd === "") return key === first;
  return !isBefore(key, first) && (rangeEnd === "\0" || isBefore(key, rangeEnd));
}

/** Did the watch ask for events of this type on this key? */
export function isAskedFor(
  { range, filters }: RecordedWatch,
  { type, key }: { readonly type: WatchEvent["type"]; readonly key: string },
): boolean {
  return !filters.includes(type === "put" ? "no-put" : "no-delete") && isInRange(key, range);
}

const surrogate = /[\ud800-\udfff]/;

/** UTF-16 units order alike, unless there are surrogates, which stand for the highest of all. */
function isBefore(a: string, b: string): boolean {
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b;
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
