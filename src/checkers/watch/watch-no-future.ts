import type { Checker } from "../../core/checker.js";
import type { Input, Operation } from "../../core/operation.js";
import { momentOf, who } from "../words.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import { askedInWords, type NoOrigin, Origins } from "./watch-origins.js";
import type { WatchReading } from "./watch-reading.js";
import type { RecordedWatch, WatchAdapter, WatchMessage } from "./watch-record.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = NoOrigin["kind"] | "uncommitted";

/**
 * An event tells of something that happened: of an operation that was called before, that did not
 * fail, at the revision that it was told. What a watch was told of is committed, too: whoever asks
 * afterwards, in a way that is linearizable, finds a revision that is at least as new.
 *
 * Source: watches tell of the changes of the store, https://etcd.io/docs/v3.5/learning/api_guarantees/,
 * and each change is linearizable. A read may well know of more than a watch was told so far.
 */
export function watchNoFuture<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Every event told of something that had happened",
    kinds: {
      nobody: "made-up event",
      failed: "failed event",
      "before-call": "premature event",
      elsewhere: "misplaced event",
      uncommitted: "outdated answer",
    },
    look: (reading) => {
      const origins = new Origins(reading);
      return (watch) => withoutOrigin(watch, origins);
    },
    lookAtFacts: (reading) => {
      const heard = heardBefore(reading);
      return function* ({ operation, facts }) {
        const { write, revision } = facts;
        // A write that was made is newer than what was there before, too.
        const told = write?.outcome === "made" ? write.revision - 1 : revision;
        const newest = told === undefined ? undefined : heard(operation.index);
        if (told === undefined || !newest || newest.revision <= told) return;
        yield uncommitted(operation, write?.outcome === "made" ? told + 1 : told, newest);
      };
    },
  });
}

function* withoutOrigin(watch: RecordedWatch, origins: Origins): Generator<WatchTrouble<Kind>> {
  for (const message of watch.messages) {
    for (const event of message.events) {
      const trouble = origins.trouble(event, message);
      if (!trouble) continue;
      const { kind, words, operations } = trouble;
      yield {
        kind,
        message: `${nameOf(watch)} was told of ${eventInWords(event)}, ${words}`,
        operations: [watch.operation, ...operations],
        explanation: [
          introduced(watch),
          `It was told of it ${receivedAt(message)}.`,
          ...operations.map(askedInWords),
        ],
      };
    }
  }
}

interface Heard {
  readonly watch: RecordedWatch;
  readonly message: WatchMessage;
  readonly revision: number;
}

/** What the newest revision was that any watch had been told of before an event of the history. */
function heardBefore({ watches }: WatchReading): (index: number) => Heard | undefined {
  const all: Heard[] = [];
  for (const watch of watches) {
    for (const message of watch.messages) {
      const revision = message.events.reduce(
        (newest, { kv }) => Math.max(newest, kv.modRevision),
        message.revision,
      );
      all.push({ watch, message, revision });
    }
  }
  all.sort((a, b) => a.message.index - b.message.index);
  let next = 0;
  let newest: Heard | undefined;
  return (index) => {
    for (let heard = all[next]; heard && heard.message.index < index; heard = all[++next]) {
      if (!newest || heard.revision > newest.revision) newest = heard;
    }
    return newest;
  };
}

function uncommitted(
  operation: Operation,
  revision: number,
  { watch, message, revision: newest }: Heard,
): WatchTrouble<Kind> {
  return {
    kind: "uncommitted",
    message: `${who(operation)} was told of revision ${revision}, although ${nameOf(watch)} had been told of revision ${newest} before it asked`,
    operations: [watch.operation, operation],
    explanation: [
      introduced(watch),
      `It was told of revision ${newest} ${receivedAt(message)}.`,
      `${askedInWords(operation)} The answer, at ${momentOf(operation.completedAtNs ?? 0)}, knew only of revision ${revision}.`,
    ],
  };
}
