import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import { firstRevision } from "./watch-coverage.js";
import { isProgress } from "./watch-part.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "again" | "after-end" | "needless";

/**
 * A watch that needs a revision that is compacted away is cancelled, once, with the compacted
 * revision; nothing comes after a cancel. A compaction below or at the next revision that a watch
 * needs does not touch it: what happened at the compacted revision itself is still there.
 *
 * Source: `compact_revision` of WatchResponse in
 * https://etcd.io/docs/v3.5/dev-guide/api_reference_v3/. A watch that should have been cancelled and
 * goes on instead has left events out, which is for `watch-resumable` and `watch-reliable`; when the
 * cancel comes nobody promises.
 */
export function watchCompaction<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Watches were cancelled by compactions once, and where they had to be",
    kinds: {
      needless: "needless cancel",
      "after-end": "late message",
      again: "repeated cancel",
    },
    showsInOneWatch: true,
    look: () => endings,
  });
}

function* endings(watch: RecordedWatch): Generator<WatchTrouble<Kind>> {
  let needs = firstRevision(watch) ?? 0;
  let end: WatchMessage | undefined;
  let compactions = 0;
  let others = 0;
  for (const message of watch.messages) {
    // One for the whole stream may come when this watch is over.
    if (isProgress(message) && message.watchId !== watch.watchId) continue;
    if (!message.canceled) {
      if (end) yield afterEnd(watch, end, message);
      for (const { kv } of message.events) needs = Math.max(needs, kv.modRevision + 1);
      continue;
    }
    const { compactRevision } = message;
    if (compactRevision > 0) {
      compactions++;
      if (!end && compactRevision <= needs) yield needless(watch, message, needs);
    } else others++;
    // A client that asks for the end of a watch that is lost is answered as well.
    const isAgain = compactRevision > 0 ? compactions > 1 || others > 0 : others > 1;
    if (end && isAgain) yield again(watch, end, message);
    end ??= message;
  }
}

function needless(watch: RecordedWatch, message: WatchMessage, needs: number): WatchTrouble<Kind> {
  return {
    kind: "needless",
    message: `${nameOf(watch)} was cancelled since revision ${message.compactRevision} is compacted, although it needed nothing before revision ${needs}`,
    operations: [watch.operation],
    explanation: [introduced(watch), `It was cancelled ${receivedAt(message)}.`],
  };
}

function afterEnd(
  watch: RecordedWatch,
  end: WatchMessage,
  message: WatchMessage,
): WatchTrouble<Kind> {
  return {
    kind: "after-end",
    message: `${nameOf(watch)} was told of something after it had been cancelled`,
    operations: [watch.operation],
    explanation: [
      introduced(watch),
      `It was cancelled ${receivedAt(end)}, and the next message came ${receivedAt(message)}.`,
    ],
  };
}

function again(watch: RecordedWatch, end: WatchMessage, message: WatchMessage): WatchTrouble<Kind> {
  return {
    kind: "again",
    message: `${nameOf(watch)} was cancelled again`,
    operations: [watch.operation],
    explanation: [
      introduced(watch),
      `It was cancelled ${receivedAt(end)} and again ${receivedAt(message)}.`,
    ],
  };
}
