import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

/**
 * An event comes to a watch once: no key is told of twice at the same revision.
 *
 * Source: "Unique" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis. A watch that
 * goes on with another one must not begin before that ended, so that each is looked at by itself.
 */
export function watchUnique<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker(adapter, {
    holds: "No event came twice to a watch",
    kinds: { repeated: "repeated event" },
    showsInOneWatch: true,
    look: () => repeated,
  });
}

function* repeated(watch: RecordedWatch): Generator<WatchTrouble<"repeated">> {
  const told = new Map<number, { readonly key: string; readonly message: WatchMessage }[]>();
  for (const message of watch.messages) {
    for (const event of message.events) {
      const { key, modRevision } = event.kv;
      const ofRevision = told.get(modRevision);
      const first = ofRevision?.find((one) => one.key === key);
      if (first) {
        yield {
          kind: "repeated",
          message: `${nameOf(watch)} was told twice of ${eventInWords(event)}`,
          operations: [watch.operation],
          explanation: [
            introduced(watch),
            `It was told of it ${receivedAt(first.message)} and again ${receivedAt(message)}.`,
          ],
        };
      } else if (ofRevision) ofRevision.push({ key, message });
      else told.set(modRevision, [{ key, message }]);
    }
  }
}
