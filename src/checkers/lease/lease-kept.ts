import { momentOf } from "../words.js";
import type { Ending, LeaseStory } from "./lease-stories.js";
import { longestBefore, ratesOf } from "./lease-time.js";
import { leaseChecker, type Trouble } from "./lease-verdict.js";
import { assuranceInWords, endingInWords, endingOperations } from "./lease-words.js";

/**
 * A lease that was granted or renewed lives at least for the time that the answer says, counted from
 * the invocation, unless somebody asked to revoke it: until then no key is gone that only its end can
 * have removed, and no revocation is told that there is no such lease. Refused puts are for
 * `leaseAttach`. A new leader may add to that time and never takes from it.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (Lease API: keys are deleted when the lease expires
 * or is revoked). Time is the property here, so the run's clock counts; a clock of a member that a
 * fault makes run too fast is allowed for.
 */
export const leaseKept = leaseChecker({
  holds: "No lease was over before its time",
  fails: "a lease was over before its time",
  async judge({ history, stories, pace, report }) {
    const rates = ratesOf(history);
    return pace.through(stories.leases.values(), (story) => {
      const trouble = story.lapsed && overTooEarly(story, story.lapsed, rates);
      if (trouble) report(trouble);
    });
  },
});

/** Also of a lease that a put found to be over. Undefined: its end may have been in order. */
export function overTooEarly(
  story: LeaseStory,
  ending: Ending,
  rates: ReturnType<typeof ratesOf>,
): Trouble | undefined {
  const { completedIndex = Infinity, completedAtNs = Infinity } = ending.by;
  const { askedToEnd } = story;
  if (askedToEnd && askedToEnd.index < completedIndex) return undefined;
  const longest = longestBefore(story, rates, completedIndex);
  if (!longest || completedAtNs >= longest.untilNs) return undefined;
  const until = momentOf(longest.operation.invokedAtNs + longest.ttl * 1e9);
  return {
    message:
      `${endingInWords(ending, story.id)}; but ${assuranceInWords(longest)}, ` +
      `which is until ${until}, and nobody had asked to revoke it`,
    operations: [longest.operation, ...endingOperations(ending)],
  };
}
