import type { Checker } from "../../core/checker.js";
import type { WatchEvent } from "../../core/client.js";
import type { Input } from "../../core/operation.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { WatchLog } from "./watch-log.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "backwards" | "within-revision" | "before-creation";

/**
 * Events are ordered by revision: none comes after one of a later revision. Those of one revision
 * come in the order in which their transaction made them, and none before the watch was created.
 *
 * Source: "Ordered" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis; for the order
 * within a revision upstream's `validateReliable`, which compares with the replayed log in order. It
 * is known for transactions that were acknowledged.
 */
export function watchOrdered<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Events came in the order of their revisions",
    kinds: {
      backwards: "late event",
      "within-revision": "swapped event",
      "before-creation": "premature event",
    },
    showsInOneWatch: true,
    look:
      ({ log }) =>
      (watch) =>
        outOfOrder(watch, log),
  });
}

interface Told {
  readonly event: WatchEvent;
  readonly message: WatchMessage;
}

function* outOfOrder(watch: RecordedWatch, log: WatchLog): Generator<WatchTrouble<Kind>> {
  let latest: Told | undefined;
  let before: Told | undefined;
  let isCreated = false;
  for (const message of watch.messages) {
    if (message.created) isCreated = true;
    for (const event of message.events) {
      const told = { event, message };
      if (!isCreated) yield* beforeCreation(watch, told);
      if (latest && revisionOf(told) < revisionOf(latest)) yield backwards(watch, latest, told);
      else {
        // One that comes again, in another message, is for others to find.
        if (before?.message === message && revisionOf(before) === revisionOf(told)) {
          yield* withinRevision(watch, { before, told, log });
        }
        latest = told;
      }
      before = told;
    }
  }
}

function revisionOf({ event }: Told): number {
  return event.kv.modRevision;
}

function backwards(watch: RecordedWatch, latest: Told, told: Told): WatchTrouble<Kind> {
  return {
    kind: "backwards",
    message: `${nameOf(watch)} was told of ${eventInWords(told.event)} after ${eventInWords(latest.event)}`,
    operations: [watch.operation],
    explanation: [
      introduced(watch),
      `It was told of revision ${revisionOf(latest)} ${receivedAt(latest.message)} and of revision ${revisionOf(told)} after that, ${receivedAt(told.message)}.`,
    ],
  };
}

function* withinRevision(
  watch: RecordedWatch,
  { before, told, log }: { readonly before: Told; readonly told: Told; readonly log: WatchLog },
): Generator<WatchTrouble<Kind>> {
  const known = (one: Told) => log.eventAt(revisionOf(one), one.event.kv.key);
  const [first, second] = [known(before), known(told)];
  if (first?.place === undefined || second?.place === undefined) return;
  if (first.place <= second.place) return;
  yield {
    kind: "within-revision",
    message: `${nameOf(watch)} was told of ${eventInWords(told.event)} after ${eventInWords(before.event)}, although the transaction made it before`,
    operations: [watch.operation, first.by],
    explanation: [introduced(watch), `It was told of it ${receivedAt(told.message)}.`],
  };
}

function* beforeCreation(
  watch: RecordedWatch,
  { event, message }: Told,
): Generator<WatchTrouble<Kind>> {
  yield {
    kind: "before-creation",
    message: `${nameOf(watch)} was told of ${eventInWords(event)} before it was created`,
    operations: [watch.operation],
    explanation: [introduced(watch), `It was told of it ${receivedAt(message)}.`],
  };
}
