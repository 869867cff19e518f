import type { Validity } from "../core/checker.js";
import { plural } from "../core/plural.js";

/** What elle-ts says of transactions of either kind. */
interface Outcome {
  readonly validity: Validity;
  readonly statistics: { readonly transactions: number };
  readonly counts: Readonly<Record<string, number | undefined>>;
}

interface Unjudged {
  readonly repeated: readonly { readonly key: string; readonly element: string }[];
  readonly stopped: boolean;
}

/** What came out, in a sentence. */
export function outcomeOf({ validity, statistics, counts }: Outcome): string {
  const all = plural(statistics.transactions, "transaction");
  switch (validity) {
    case "valid":
      return `All ${all} have an order that agrees with real time and explains every read: they are strictly serializable.`;
    case "invalid": {
      const kinds = Object.entries(counts).map(([type, count]) => `${count} ${type}`);
      return `The ${all} are not strictly serializable, whatever order they are put in: ${kinds.join(", ")}.`;
    }
    case "unknown":
      return `Nothing wrong was found in ${all}, but not all could be looked at.`;
  }
}

/** What was not judged, in sentences that follow another; `written` says how elements came about. */
export function openQuestions(
  { repeated, stopped }: Unjudged,
  { written, isAborted }: { readonly written: string; readonly isAborted: boolean },
): string {
  const [first] = repeated;
  const others = repeated.length > 1 ? ` So it is with ${repeated.length - 1} more.` : "";
  const unjudged = first
    ? ` Key ${first.key} was not judged, since ${first.element} was ${written} to it twice, and reads cannot tell one from the other.${others}`
    : "";
  if (!stopped) return unjudged;
  return isAborted
    ? `${unjudged} The check was stopped before its end.`
    : `${unjudged} The time was up before the end: allow more (--checker-timeout).`;
}
