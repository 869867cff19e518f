import type { Checker } from "../../core/checker.js";
import type { Input } from "../../core/operation.js";
import { tellMissing } from "./tell-missing.js";
import { watchChecker } from "./watch-checker.js";
import { coverageOf, missingFrom } from "./watch-coverage.js";
import type { WatchAdapter } from "./watch-record.js";

/**
 * A sequence of events never drops a part of it: if a watch was told of something, it was told of
 * everything before it, too, back to its first event; one that watches from now on, back to its
 * creation.
 *
 * Source: "Reliable" in https://etcd.io/docs/v3.5/learning/api_guarantees/#watch-apis. Goes by what
 * is certain: writes that were acknowledged, and what reads and other watches saw. What nobody saw
 * nobody misses. What is missing between an asked start and the first revision told of is for
 * `watch-resumable`.
 */
export function watchReliable<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker(adapter, {
    holds: "No event was left out of any watch",
    kinds: { missing: "missing event" },
    look: ({ log }) =>
      function* (watch) {
        const covered = coverageOf(watch);
        if (!covered) return;
        const { first, begun } = covered;
        const from = watch.startRevision === undefined ? first : Math.max(first, begun + 1);
        for (const missing of missingFrom(watch, { ...covered, first: from }, log)) {
          yield tellMissing("missing", watch, covered, missing);
        }
      },
  });
}
