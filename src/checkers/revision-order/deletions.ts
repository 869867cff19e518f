import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import type { Anomalies } from "./anomalies.js";
import type { Version } from "./versions.js";
import type { Writers } from "./writers.js";

/**
 * Deletions that answers prove and nobody reports: a key that was put at a revision is found absent
 * or created anew, with no deletion known in between. Only one of unknown outcome can have done it.
 */
export interface Deletions {
  /**
   * After this put and before this answer there was a deletion. False where there can have been none
   * at all, so that the answer contradicts the put.
   */
  need(put: Version, operation: Operation): boolean;
  /**
   * To be asked once, when all are in: tells what is too much. Gives how many deletions of unknown
   * outcome are proven to have happened.
   */
  settle(anomalies: Anomalies): number;
}

interface Need {
  readonly put: Version;
  /** The first that was answered of those that show it. */
  operation: Operation;
}

export function newDeletions(
  writers: Writers,
  /** Some operations of the run are not in the history, and deletions may be among them. */
  { mayBeMissing }: { readonly mayBeMissing: boolean },
): Deletions {
  /** By key and revision of the put: those spans of revisions have nothing in common. */
  const needs = new Map<string, Map<number, Need>>();

  /**
   * Each span needs a deletion of its own that was asked for before the answer came. By the order of
   * answers, the n-th needs n deletions asked for before it, and where there are it is enough.
   */
  function settleKey(key: string, its: readonly Need[], anomalies: Anomalies): number {
    const asked = writers.perhapsDeletedBy(key).map(({ operation }) => operation.index);
    const inOrder = its.toSorted((a, b) => answeredAt(a.operation) - answeredAt(b.operation));
    let done = 0;
    for (const { put, operation } of inOrder) {
      const possible = asked[done];
      if (possible !== undefined && possible < answeredAt(operation)) {
        done += 1;
        continue;
      }
      const message =
        `${who(operation)} found that ${key}, written at revision ${put.revision}, had been deleted, ` +
        `although too few deletions had been asked for by then`;
      anomalies.tell("skipped", `${key} ${put.revision} deleted`, message, [
        put.shownBy,
        operation,
      ]);
    }
    return done;
  }

  return {
    need(put, operation) {
      if (mayBeMissing) return true;
      const { key, revision } = put;
      if (writers.perhapsDeletedBy(key).length === 0) return false;
      const ofKey = needs.get(key) ?? new Map<number, Need>();
      needs.set(key, ofKey);
      const known = ofKey.get(revision);
      if (!known) ofKey.set(revision, { put, operation });
      else if (answeredAt(operation) < answeredAt(known.operation)) known.operation = operation;
      return true;
    },
    settle(anomalies) {
      let proven = 0;
      for (const [key, its] of needs) proven += settleKey(key, [...its.values()], anomalies);
      return proven;
    },
  };
}

function answeredAt({ completedIndex = Infinity }: Operation): number {
  return completedIndex;
}
