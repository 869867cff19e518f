import { capital, momentOf, who } from "../words.js";
import type { LeaseOperation, PutOperation } from "./lease-operation.js";
import { foundBy } from "./lease-operation.js";
import type { LeaseStory } from "./lease-stories.js";
import { Deadlines } from "./lease-time.js";
import { leaseChecker, type Trouble } from "./lease-verdict.js";
import {
  answeredAt,
  assuranceInWords,
  endingInWords,
  endingOperations,
  findInWords,
} from "./lease-words.js";

/**
 * Keys go with their lease: whoever reads after it was known that the lease is over, because it was
 * revoked or because an answer shows it, finds none that is attached to it. And a lease that nobody
 * keeps alive ends: some time after its own time is over no key of it is found. etcd names no deadline
 * for that, and each new leader gives a lease its whole time anew; so this is judged only where
 * everything was calm for longer than all of that takes.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (Lease API), and for new leaders
 * https://github.com/etcd-io/etcd/blob/main/server/lease/lessor.go (Promote). What comes before what
 * goes by the order of events, how long it was calm by the run's clock.
 */
export const leaseGone = leaseChecker({
  holds: "No key outlived its lease, and no lease its time",
  fails: "a key was there although its lease was over",
  async judge({ history, stories, pace, report }) {
    const deadlines = new Deadlines(history);
    const told = new Set<string>();
    return pace.through(history.operations, (read) => {
      for (const { key, value } of foundBy(read)) {
        const put = stories.puts.get(value);
        const story = stories.leases.get(put?.input.lease ?? "");
        // Once a lease is enough: every later read would say the same.
        if (!put || !story || told.has(story.id)) continue;
        const trouble =
          afterItsEnd(story, read, key) ?? afterItsTime({ story, read, put, deadlines });
        if (!trouble) continue;
        told.add(story.id);
        report(trouble);
      }
    });
  },
});

function afterItsEnd(
  { id, ended }: LeaseStory,
  read: LeaseOperation,
  key: string,
): Trouble | undefined {
  if (!ended || (ended.by.completedIndex ?? Infinity) > read.index) return undefined;
  return {
    message: `${endingInWords(ended, id)}; but ${findInWords(read, key)}, which is attached to it`,
    operations: [...endingOperations(ended), read],
  };
}

interface Found {
  readonly story: LeaseStory;
  readonly read: LeaseOperation;
  readonly put: PutOperation;
  readonly deadlines: Deadlines;
}

function afterItsTime({ story, read, put, deadlines }: Found): Trouble | undefined {
  const deadline = deadlines.of(story, read);
  if (!deadline || read.invokedAtNs <= deadline.atNs) return undefined;
  return {
    message:
      `lease ${story.id} should have been over by ${momentOf(deadline.atNs)}, allowing for faults, ` +
      `elections and 12 s more; but ${findInWords(read, put.input.key)}, which is attached to it`,
    operations: [deadline.last.operation, put, read],
    explanation: [
      `${capital(assuranceInWords(deadline.last))}: nobody was told of more time after that.`,
      `${capital(who(put))} had attached ${put.input.key} to it, which was answered at ${answeredAt(put)}.`,
      `etcd names no moment by which a lease that nobody keeps alive must be gone. Its own time counts from the last moment at which a new leader or the end of a fault may have begun it anew; with time for an election and 12 s for good measure that is over at ${momentOf(deadline.atNs)}.`,
      `${capital(findInWords(read, put.input.key))}.`,
    ],
  };
}
