import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { isInRange } from "./key-in-range.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "key" | "type";

/**
 * A watch is told of what it asked for and of nothing else: of keys in its range, and of neither
 * puts nor deletions where it wanted none.
 *
 * Source: `key`, `range_end` and `filters` of WatchCreateRequest in
 * https://etcd.io/docs/v3.5/dev-guide/api_reference_v3/.
 */
export function watchFilter<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Watches were told of nothing but what they asked for",
    kinds: { key: "unwatched event", type: "filtered event" },
    showsInOneWatch: true,
    look: () => unasked,
  });
}

function* unasked(watch: RecordedWatch): Generator<WatchTrouble<Kind>> {
  for (const message of watch.messages) {
    for (const event of message.events) {
      const isKey = isInRange(event.kv.key, watch.range);
      const filter = event.type === "put" ? "no-put" : "no-delete";
      if (isKey && !watch.filters.includes(filter)) continue;
      yield {
        kind: isKey ? "type" : "key",
        message: `${nameOf(watch)} was told of ${eventInWords(event)}, which it had not asked for`,
        operations: [watch.operation],
        explanation: [introduced(watch), `It was told of it ${receivedAt(message)}.`],
      };
    }
  }
}
