import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import { isProgress } from "./watch-part.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "overtaken" | "backwards";

/**
 * A progress notification says that everything up to its revision was told: no event at or below it
 * comes afterwards, and none of the notifications lies before another one or before an event that
 * came already.
 *
 * Source: "Bookmarkable" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis. That a
 * notification is ever sent nobody promises. An event below it that never comes is for
 * `watch-reliable` and `watch-resumable`, one below the asked start for `watch-early-bookmark`.
 */
export function watchBookmarkable<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "No notification promised too much",
    kinds: { overtaken: "overtaken event", backwards: "backward notification" },
    showsInOneWatch: true,
    look: () => broken,
  });
}

function* broken(watch: RecordedWatch): Generator<WatchTrouble<Kind>> {
  let bookmark: WatchMessage | undefined;
  let told = 0;
  let isCreated = false;
  for (const message of watch.messages) {
    if (message.canceled) return;
    if (message.created) isCreated = true;
    for (const event of message.events) {
      const { modRevision } = event.kv;
      if (bookmark && modRevision <= bookmark.revision) {
        yield troubleOf("overtaken", watch, {
          message: `was told of ${eventInWords(event)} after it had been notified that all up to revision ${bookmark.revision} was told`,
          times: `The notification came ${receivedAt(bookmark)}, the event ${receivedAt(message)}.`,
        });
      }
      told = Math.max(told, modRevision);
    }
    // One before the creation speaks of the other watches of the stream.
    if (!isCreated || !isProgress(message)) continue;
    const { revision } = message;
    if (revision < Math.max(told, bookmark?.revision ?? 0)) {
      yield troubleOf("backwards", watch, {
        message: `was notified of revision ${revision} after it had been told of revision ${Math.max(told, bookmark?.revision ?? 0)}`,
        times: `It came ${receivedAt(message)}.`,
      });
    }
    if (!bookmark || revision > bookmark.revision) bookmark = message;
  }
}

function troubleOf(
  kind: Kind,
  watch: RecordedWatch,
  { message, times }: { readonly message: string; readonly times: string },
): WatchTrouble<Kind> {
  return {
    kind,
    message: `${nameOf(watch)} ${message}`,
    operations: [watch.operation],
    explanation: [introduced(watch), times],
  };
}
