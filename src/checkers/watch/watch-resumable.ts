import type { Checker } from "../../core/checker.js";
import type { Input, Operation } from "../../core/operation.js";
import { tellMissing } from "./tell-missing.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import { coverageOf, firstRevision, missingFrom } from "./watch-coverage.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import type { WatchReading } from "./watch-reading.js";
import { eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "skipped" | "too-old";

/**
 * A watch that was broken off can be gone on with by a new one from the revision after the last
 * event, as long as that is not compacted: a watch begins exactly where it is asked to. Its first
 * event is the first that it asked for at or after that revision, and none is older. One that asks
 * for no revision begins with the one after its creation.
 *
 * Source: "Resumable" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis. Goes by what
 * is certain, as `watch-reliable` does, which looks at what follows the first event.
 */
export function watchResumable<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Every watch began where it was asked to",
    kinds: { skipped: "skipped event", "too-old": "older event" },
    showsInOneWatch: true,
    look: ({ log, watches }) => {
      const named = byName(watches);
      return function* (watch) {
        for (const trouble of [...skipped(watch, log), ...tooOld(watch)]) {
          yield withBefore(trouble, watch, named);
        }
      };
    },
  });
}

function* skipped(watch: RecordedWatch, log: WatchReading["log"]): Generator<WatchTrouble<Kind>> {
  const covered = coverageOf(watch);
  if (!covered || watch.startRevision === undefined) return;
  const last = Math.min(covered.last, covered.begun);
  for (const missing of missingFrom(watch, { first: covered.first, last }, log)) {
    yield tellMissing("skipped", watch, covered, missing);
  }
}

function* tooOld(watch: RecordedWatch): Generator<WatchTrouble<Kind>> {
  const first = firstRevision(watch);
  if (first === undefined) return;
  for (const message of watch.messages) {
    for (const event of message.events) {
      if (event.kv.modRevision >= first) continue;
      yield {
        kind: "too-old",
        message: `${nameOf(watch)} was told of ${eventInWords(event)}, which lies before its first revision, ${first}`,
        operations: [watch.operation],
        explanation: [introduced(watch), `It was told of it ${receivedAt(message)}.`],
      };
    }
  }
}

function byName(watches: readonly RecordedWatch[]): ReadonlyMap<string, RecordedWatch> {
  return new Map(
    watches.flatMap((watch) => (watch.name === undefined ? [] : [[watch.name, watch] as const])),
  );
}

function withBefore(
  trouble: WatchTrouble<Kind>,
  { resumes }: RecordedWatch,
  named: ReadonlyMap<string, RecordedWatch>,
): WatchTrouble<Kind> {
  const before = resumes === undefined ? undefined : named.get(resumes);
  if (!before) return trouble;
  const operations: readonly Operation[] = [before.operation, ...trouble.operations];
  const explanation = [
    `${introduced(before)} The other one goes on with it.`,
    ...trouble.explanation,
  ];
  return { ...trouble, operations, explanation };
}
