import { momentOf, who } from "../words.js";
import type { Absence } from "./key-holds.js";
import { foundBy, type LeaseOperation, type PutOperation } from "./lease-operation.js";
import { leaseChecker } from "./lease-verdict.js";
import { answeredAt } from "./lease-words.js";

/**
 * All keys of a lease go at once, in one revision: no read finds some of them while others are gone
 * that nothing but the lease's end can have removed.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (all keys attached to a lease are deleted with it)
 * and https://etcd.io/docs/v3.5/learning/api_guarantees/ (atomicity). Looks at single reads only:
 * what one read found and an earlier one did not is for `leaseGone`.
 */
export const leaseAtomic = leaseChecker({
  holds: "The keys of each lease went all at once",
  fails: "a read found the keys of a lease by halves",
  async judge({ stories, pace, report }) {
    const told = new Set<string>();
    return pace.through(byRead(stories.absences), ([read, absences]) => {
      const there = firstOfEachLease(read, stories.puts);
      for (const { put } of absences) {
        const { key, lease } = put.input;
        const other = there.get(lease ?? "");
        if (lease === undefined || !other || told.has(`${read.index} ${lease}`)) continue;
        told.add(`${read.index} ${lease}`);
        report({
          message:
            `${who(read)}, which asked at ${momentOf(read.invokedAtNs)}, found ${other.input.key}, ` +
            `which is attached to lease ${lease}, and not ${key}, which was attached to it at ` +
            `${answeredAt(put)} and which nobody touched since`,
          operations: [other, put, read].toSorted((a, b) => a.index - b.index),
        });
      }
    });
  },
});

/** Those of a read stand together. */
function* byRead(absences: readonly Absence[]): Generator<[LeaseOperation, Absence[]]> {
  let together: Absence[] = [];
  for (const absence of absences) {
    const [first] = together;
    if (first && first.read !== absence.read) {
      yield [first.read, together];
      together = [];
    }
    together.push(absence);
  }
  const [first] = together;
  if (first) yield [first.read, together];
}

/** By lease: what attached the first of its keys that the read found. */
function firstOfEachLease(
  read: LeaseOperation,
  puts: ReadonlyMap<string, PutOperation>,
): Map<string, PutOperation> {
  const first = new Map<string, PutOperation>();
  for (const { value } of foundBy(read)) {
    const put = puts.get(value);
    const { lease } = put?.input ?? {};
    if (put && lease !== undefined && !first.has(lease)) first.set(lease, put);
  }
  return first;
}
