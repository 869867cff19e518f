import type { WatchEvent } from "../../core/client.js";
import { capital, momentOf, who } from "../words.js";
import type { KnownEvent } from "./watch-log.js";
import type { RecordedWatch, WatchedRange, WatchMessage } from "./watch-record.js";

/** "1 watch", "2 watches". */
export function watchesInWords(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "watch" : "watches"}`;
}

/** "process 3 on n4, watch 2,". */
export function nameOf({ operation, watchId }: RecordedWatch): string {
  return `${who(operation)}, watch ${watchId},`;
}

/** "Process 3 on n4 watched a to b from revision 17 on (watch 2), asked for at 1.200 s." */
export function introduced(watch: RecordedWatch): string {
  const { operation, watchId, range, startRevision, filters } = watch;
  const from = startRevision === undefined ? "from then on" : `from revision ${startRevision} on`;
  const without = filters.map((filter) => (filter === "no-put" ? ", no puts" : ", no deletions"));
  return `${capital(who(operation))} watched ${rangeInWords(range)} ${from}${without.join("")} (watch ${watchId}), asked for at ${momentOf(operation.invokedAtNs)}.`;
}

function rangeInWords({ key, rangeEnd }: WatchedRange): string {
  if (rangeEnd === undefined || rangeEnd === "") return `the key ${shown(key)}`;
  return rangeEnd === "\0"
    ? `all keys from ${shown(key)} on`
    : `the keys from ${shown(key)} to before ${shown(rangeEnd)}`;
}

/** "the put of 17 to a at revision 5". */
export function eventInWords({ type, kv }: WatchEvent): string {
  return changeInWords({ type, key: kv.key, value: kv.value, revision: kv.modRevision });
}

export function changeInWords({
  type,
  key,
  value,
  revision,
}: Pick<KnownEvent, "type" | "key" | "value" | "revision">): string {
  return type === "put"
    ? `the put of ${shown(value)} to ${shown(key)} at revision ${revision}`
    : `the deletion of ${shown(key)} at revision ${revision}`;
}

/** "at 1.234 s". */
export function receivedAt({ atNs }: WatchMessage): string {
  return `at ${momentOf(atNs)}`;
}

const mostLetters = 60;

/** Keys and values may be of any length. */
export function shown(text: string): string {
  const cut = text.length > mostLetters ? `${text.slice(0, mostLetters)}...` : text;
  return /^[\w./-]+$/.test(cut) ? cut : JSON.stringify(cut);
}
