import type { CheckContext, Checker, Finding, Verdict } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { emptyState } from "../../models/etcd/state.js";
import { createBudget, type UnknownReason } from "../../porcupine-ts/budget.js";
import { gatherEvidence } from "./evidence.js";
import { relevanceOf } from "./relevance.js";
import { findOrder } from "./order-search.js";
import { searchWindows, type Searched } from "./search-windows.js";
import { startsOf } from "./starts.js";
import { tellContradiction } from "./tell-contradiction.js";
import { forgetUnseen } from "./unseen-values.js";
import { entriesOf, windowsOf } from "./timeline.js";

/**
 * Every request of the KV API seems to take effect at one moment between its call and its return, on
 * the whole of the store, exactly as etcd's specification says: errors, metadata and the header's
 * revision included. A serializable read may show the store as it was at any earlier moment, never
 * one that was yet to come.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api_guarantees/ (strict serializability of KV
 * operations; "serializable" reads may be stale). M. Herlihy and J. Wing, "Linearizability", 1990.
 * Sees only what clients saw. Searched window by window between moments at which nothing was under
 * way, so that time grows with the history; no window is called wrong before every other state that
 * it may have begun in was excluded. What the deadline or the memory bound leaves open is unknown.
 */
export const kvLinearizable = createKvLinearizable();

export function createKvLinearizable({
  leastTogether = 100,
}: {
  /** In smaller windows more time goes into taking them apart than into the search. */
  readonly leastTogether?: number;
} = {}): Checker<KvInput, KvOutput> {
  return {
    async check({ operations }, context) {
      const budget = createBudget(context);
      const left = (): CheckContext => ({
        ...context,
        deadlineMs: Math.max(0, budget.remainingMs() ?? Infinity),
      });
      const forget = forgetUnseen(operations);
      const { earliest, latest } = startsOf(operations);
      let count = 0;
      let searched: Searched | undefined;
      // Where the first writes were not answered, nobody knows at which revision the run began.
      for (let start = latest; start >= earliest; start--) {
        const evidence = gatherEvidence(operations, start);
        const relevance = relevanceOf(operations, evidence);
        const entries = entriesOf(operations, { evidence, relevance, forget });
        const attempt = await searchWindows(
          {
            ...{ initial: emptyState(start), windows: windowsOf(entries, leastTogether) },
            ...relevance,
          },
          { left, ...(context.onProgress && { onProgress: context.onProgress }), budget },
        );
        const isWorse = searched?.validity === "invalid" && attempt.validity === "invalid";
        if (!isWorse) {
          searched = attempt;
          count = entries.length;
        }
        if (attempt.validity !== "invalid") break;
      }
      if (!searched) throw new Error("one attempt is always made");
      const findings =
        searched.validity === "invalid"
          ? [await tellContradiction(searched.failure, { left, findOrder })]
          : [];
      return verdictOf(searched, count, findings, budget.elapsedMs());
    },
  };
}

function verdictOf(
  searched: Searched,
  count: number,
  findings: readonly Finding[],
  elapsedMs: number,
): Verdict {
  const all = plural(count, "operation");
  const details = {
    operations: count,
    windows: searched.windows,
    longestWindow: searched.longestWindow,
    searchedAgain: searched.searchedAgain,
    visited: searched.visited,
    elapsedMs: Math.round(elapsedMs),
  };
  switch (searched.validity) {
    case "valid":
      return { validity: "valid", summary: `All ${all} are linearizable.`, findings, details };
    case "invalid": {
      const summary = `The ${all} are not linearizable: those of the first ${plural(searched.judged, "window")} have no order.`;
      return { validity: "invalid", summary, findings, details };
    }
    case "unknown": {
      const summary = `Nothing wrong was found in the first ${searched.judged} of ${plural(searched.windows, "window")} of ${all}, but ${reasons[searched.reason]}.`;
      return { validity: "unknown", summary, findings, details };
    }
  }
}

const reasons: Readonly<Record<UnknownReason, string>> = {
  deadline: "the time was up before the end: allow more (--checker-timeout)",
  memory: "the memory bound was reached before the end: allow more (--checker-memory)",
  aborted: "the check was stopped before its end",
};
