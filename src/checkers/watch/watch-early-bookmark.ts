import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import { isProgress } from "./watch-part.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import { introduced, nameOf, receivedAt } from "./watch-words.js";

/**
 * No progress notification lies before the revision that the watch asked to begin with, but for the
 * one right before it: who goes on from there would be told of what was not asked for.
 *
 * Source: https://github.com/etcd-io/etcd/issues/20221, which etcd's maintainers fixed as a bug. The
 * guarantees of https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis do not say it in so many
 * words, and not everybody counts on it: hence a checker of its own, which can be left out.
 */
export function watchEarlyBookmark<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker(adapter, {
    holds: "No notification came before the start of its watch",
    kinds: { early: "early notification" },
    showsInOneWatch: true,
    look: () => early,
  });
}

function* early(watch: RecordedWatch): Generator<WatchTrouble<"early">> {
  const { startRevision, messages, operation } = watch;
  if (startRevision === undefined) return;
  let isCreated = false;
  for (const message of messages) {
    if (message.canceled) return;
    if (message.created) isCreated = true;
    // One before the creation speaks of the other watches of the stream.
    if (!isCreated || !isProgress(message) || message.revision >= startRevision - 1) continue;
    yield {
      kind: "early",
      message: `${nameOf(watch)} was notified of revision ${message.revision}, although it begins with revision ${startRevision}`,
      operations: [operation],
      explanation: [introduced(watch), `It came ${receivedAt(message)}.`],
    };
  }
}
