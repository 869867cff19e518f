import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "split" | "cut";

/**
 * All events of one revision come in one message: a transaction is seen whole. A message comes in
 * pieces only where that was asked for, and then they count as one.
 *
 * Source: "Atomic" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis. An event that
 * comes again is for `watch-unique`, one that never comes for `watch-reliable`.
 */
export function watchAtomic<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "The events of each revision came together",
    kinds: { split: "torn revision", cut: "torn message" },
    showsInOneWatch: true,
    look: () => tornApart,
  });
}

interface Seen {
  /** The whole message that it came with first. */
  readonly whole: number;
  readonly message: WatchMessage;
  readonly keys: string[];
}

function* tornApart(watch: RecordedWatch): Generator<WatchTrouble<Kind>> {
  const seen = new Map<number, Seen>();
  let whole = 0;
  for (const message of watch.messages) {
    if (message.events.length === 0) continue;
    if (message.fragment && !watch.fragment) yield cut(watch, message);
    for (const event of message.events) {
      const { key, modRevision } = event.kv;
      const before = seen.get(modRevision);
      if (!before) {
        seen.set(modRevision, { whole, message, keys: [key] });
        continue;
      }
      if (before.whole !== whole && !before.keys.includes(key)) {
        yield {
          kind: "split",
          message: `${nameOf(watch)} was told of ${eventInWords(event)} in another message than of the rest of that revision`,
          operations: [watch.operation],
          explanation: [
            introduced(watch),
            `It was told of ${before.keys.join(", ")} at revision ${modRevision} ${receivedAt(before.message)}, and of ${key} ${receivedAt(message)}.`,
          ],
        };
      }
      before.keys.push(key);
    }
    if (!message.fragment) whole++;
  }
}

function cut(watch: RecordedWatch, message: WatchMessage): WatchTrouble<Kind> {
  return {
    kind: "cut",
    message: `${nameOf(watch)} was told in pieces, which it had not asked for`,
    operations: [watch.operation],
    explanation: [introduced(watch), `The first piece came ${receivedAt(message)}.`],
  };
}
