import { momentOf, who } from "../words.js";
import { overTooEarly } from "./lease-kept.js";
import {
  answerOf,
  foundBy,
  isPut,
  type LeaseOperation,
  mayHaveHappened,
  type PutOperation,
} from "./lease-operation.js";
import type { LeaseStories } from "./lease-stories.js";
import { ratesOf } from "./lease-time.js";
import { leaseChecker, type Trouble } from "./lease-verdict.js";
import { endingInWords, endingOperations, findInWords } from "./lease-words.js";

/**
 * A key is attached to a lease only while there is one: a put with a lease that was known to be over
 * is refused, and one with a lease that lives for certain is not. And what is attached stays as it
 * was asked for: each value is found with the lease that it was written with.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (Put: the lease id to associate with the key; an
 * error where there is no such lease).
 */
export const leaseAttach = leaseChecker({
  holds: "Keys were attached to leases that were there, and to no others",
  fails: "a key was attached wrongly",
  async judge({ history, stories, pace, report }) {
    const rates = ratesOf(history);
    const isWhole = await pace.through(stories.leases.values(), (story) => {
      const trouble = story.refused && overTooEarly(story, story.refused, rates);
      if (trouble) report(trouble);
    });
    const told = new Set<string>();
    return (
      isWhole &&
      pace.through(history.operations, (operation) => {
        const trouble = isPut(operation)
          ? attachedTooLate(operation, stories)
          : foundElsewhere(operation, stories, told);
        if (trouble) report(trouble);
      })
    );
  },
});

function attachedTooLate(put: PutOperation, { leases }: LeaseStories): Trouble | undefined {
  const { key, lease } = put.input;
  const { ended } = leases.get(lease ?? "") ?? {};
  if (lease === undefined || !answerOf(put) || !mayHaveHappened(put)) return undefined;
  if (!ended || (ended.by.completedIndex ?? Infinity) > put.index) return undefined;
  return {
    message:
      `${endingInWords(ended, lease)}; but ${who(put)} asked to attach ${key} to it at ` +
      `${momentOf(put.invokedAtNs)}, and that was done`,
    operations: [...endingOperations(ended), put],
  };
}

/** Each value once: every later read would say the same. */
function foundElsewhere(
  read: LeaseOperation,
  { puts }: LeaseStories,
  told: Set<string>,
): Trouble | undefined {
  for (const { key, value, lease } of foundBy(read)) {
    const put = puts.get(value);
    const expected = put?.input.lease ?? "0";
    if (!put || expected === lease || told.has(value)) continue;
    told.add(value);
    return {
      message:
        `${findInWords(read, key)} attached to lease ${lease}, although ` +
        `${who(put)} wrote it with lease ${expected}`,
      operations: [put, read],
    };
  }
  return undefined;
}
