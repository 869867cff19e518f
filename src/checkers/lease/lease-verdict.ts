import type { Checker, Finding, Verdict } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { plural } from "../../core/plural.js";
import { type Pace, startPace } from "../bank-pace.js";
import { type LeaseStories, leaseStories } from "./lease-stories.js";
import type { LeaseInput, LeaseOperation, LeaseOutput } from "./lease-operation.js";

/** Something that is wrong, and the operations that show it, in the order to read them. */
export interface Trouble {
  readonly message: string;
  readonly operations: readonly LeaseOperation[];
  /** The argument, step by step, where the message cannot hold it. */
  readonly explanation?: readonly string[];
}

export interface LeaseEvidence {
  readonly history: History<LeaseInput, LeaseOutput>;
  readonly stories: LeaseStories;
  readonly pace: Pace;
  readonly report: (trouble: Trouble) => void;
}

export interface LeaseProperty {
  /** "No key was gone before its lease": for the summary where that holds. */
  readonly holds: string;
  /** "a key was gone before its lease": for the summary where it does not. */
  readonly fails: string;
  /** Reports whatever is against it. Resolves with false where there was no time for everything. */
  readonly judge: (evidence: LeaseEvidence) => Promise<boolean>;
}

/** Findings beyond so many are counted, not shown. */
const mostShown = 5;

/**
 * One property of leases as a checker. Time in proportion to the history and to what its reads found;
 * memory likewise, which is less than the history itself takes, so that `memoryMb` is not looked at.
 */
export function leaseChecker(property: LeaseProperty): Checker<LeaseInput, LeaseOutput> {
  return {
    async check(history, context) {
      const pace = startPace(context);
      const troubles = { count: 0, shown: [] as Trouble[] };
      const report = (trouble: Trouble) => {
        troubles.count += 1;
        if (troubles.shown.length < mostShown) troubles.shown.push(trouble);
      };
      const stories = await leaseStories(history, pace);
      const isWhole =
        stories !== undefined && (await property.judge({ history, stories, pace, report }));
      const ending = isWhole ? "" : ` ${pace.inWords()}`;
      return verdictOf(property, { ...troubles, stories, ending, isWhole });
    },
  };
}

interface Judged {
  readonly count: number;
  readonly shown: readonly Trouble[];
  readonly stories: LeaseStories | undefined;
  readonly ending: string;
  readonly isWhole: boolean;
}

function verdictOf(property: LeaseProperty, judged: Judged): Verdict {
  const { count, shown, stories, ending, isWhole } = judged;
  const leases = stories?.leases.size ?? 0;
  const among = `in what was seen of ${plural(leases, "lease")}`;
  const details = { leases, troubles: count, hearsay: stories?.hearsay ?? 0 };
  if (count > 0) {
    const more = count > shown.length ? ` The first ${shown.length} are shown.` : "";
    return {
      validity: "invalid",
      summary: `${plural(count, "time")} ${property.fails}, ${among}.${more}${ending}`,
      findings: shown.map(findingOf),
      details,
    };
  }
  const summary = isWhole
    ? `${property.holds}, ${among}.`
    : `Nothing wrong was found ${among}, but not all could be looked at.${ending}`;
  return { validity: isWhole ? "valid" : "unknown", summary, findings: [], details };
}

function findingOf({ message, operations, explanation }: Trouble): Finding {
  const indexes = [...new Set(operations.map(({ index }) => index))];
  return { message, operations: indexes, ...(explanation && { explanation }) };
}
