import type { Checker, Finding, Follower } from "../core/checker.js";
import type { History } from "../core/history.js";
import type { Input, Operation } from "../core/operation.js";
import { plural } from "../core/plural.js";
import { spanOf, who } from "./words.js";

const mostShown = 10;

/**
 * The revision in etcd's answers never runs backwards in real time: a request sent after another
 * was answered is told at least the revision of that answer. Holds for linearizable requests only:
 * a serializable read may be stale by design, so `counts` says which operations to judge.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api_guarantees/ (linearizability) together with
 * https://etcd.io/docs/v3.5/learning/api/ (the header's revision grows with each modification).
 * Looks only at what etcd says of itself: right revisions with wrong values are for others to find.
 */
export function monotonicRevision<I extends Input = Input, Output = unknown>({
  counts = () => true,
}: {
  readonly counts?: (operation: Operation<I, Output>) => boolean;
} = {}): Checker<I, Output> {
  return {
    check(history) {
      const { answers, backwards, shown } = stepsBack(history, counts);
      if (backwards === 0) {
        return {
          validity: "valid",
          summary: `The revision never ran backwards in ${plural(answers, "answer")}.`,
          findings: [],
          details: { answers },
        };
      }
      const limit = backwards > shown.length ? ` The first ${shown.length} are shown.` : "";
      return {
        validity: "invalid",
        summary: `The revision ran backwards in ${backwards} of ${plural(answers, "answer")}.${limit}`,
        findings: shown.map(ranBackwards),
        details: { answers, backwards },
      };
    },

    follow: () => follower(counts),
  };
}

/** Looks at each answer when it comes, where `stepsBack` looks at each call in its turn. */
function follower<I extends Input, Output>(
  counts: (operation: Operation<I, Output>) => boolean,
): Follower<I, Output> {
  /** By invocation: the newest answer that there was by then. */
  const before = new Map<number, Answer | undefined>();
  let newest: Answer | undefined;
  return {
    invoked({ index }) {
      before.set(index, newest);
    },
    completed(operation) {
      const earlier = before.get(operation.index);
      before.delete(operation.index);
      const revision = revisionOf(operation);
      if (revision === undefined || !counts(operation)) return undefined;
      newest = newer(newest, operation);
      if (!earlier || revision >= earlier.revision) return undefined;
      return ranBackwards({ earlier, later: { operation, revision } });
    },
  };
}

interface Answer {
  readonly operation: Operation;
  readonly revision: number;
}

interface StepBack {
  readonly earlier: Answer;
  readonly later: Answer;
}

/**
 * One pass in the order of calls; beside it, answers are taken in as they came. A history may have
 * a million: nothing is kept of an answer but its place.
 */
function stepsBack<I extends Input, Output>(
  { operations, events }: History<I, Output>,
  counts: (operation: Operation<I, Output>) => boolean,
) {
  const answeredAt = placesByAnswer(operations, events, counts);
  const shown: StepBack[] = [];
  let answers = 0;
  let backwards = 0;
  let newest: Answer | undefined;
  let event = 0;
  for (const operation of operations) {
    for (; event < operation.index; event += 1) {
      const place = answeredAt[event] ?? none;
      if (place !== none) newest = newer(newest, operations[place]);
    }
    const revision = revisionOf(operation);
    if (revision === undefined || !counts(operation)) continue;
    answers += 1;
    if (!newest || revision >= newest.revision) continue;
    backwards += 1;
    if (shown.length < mostShown) shown.push({ earlier: newest, later: { operation, revision } });
  }
  return { answers, backwards, shown };
}

const none = -1;

/** For each event: which operation it answers, by place, if that is one to judge. */
function placesByAnswer<I extends Input, Output>(
  operations: readonly Operation<I, Output>[],
  events: number,
  counts: (operation: Operation<I, Output>) => boolean,
): Int32Array {
  const places = new Int32Array(events).fill(none);
  let place = 0;
  for (const operation of operations) {
    const { completedIndex } = operation;
    if (completedIndex !== undefined && counts(operation)) places[completedIndex] = place;
    place += 1;
  }
  return places;
}

function newer(newest: Answer | undefined, answered: Operation | undefined): Answer | undefined {
  if (!answered) return newest;
  const revision = revisionOf(answered);
  if (revision === undefined || (newest && revision <= newest.revision)) return newest;
  return { operation: answered, revision };
}

/** Undefined for what was not answered, or not by etcd. */
function revisionOf({ outcome, completedIndex }: Operation): number | undefined {
  if (outcome.type !== "ok" || completedIndex === undefined) return undefined;
  return outcome.header?.revision;
}

function ranBackwards({ earlier, later }: StepBack): Finding {
  const sinceNs = later.operation.invokedAtNs - (earlier.operation.completedAtNs ?? 0);
  return {
    message:
      `${who(later.operation)} was told of revision ${later.revision}, ` +
      `although ${who(earlier.operation)} had been told of revision ${earlier.revision} ` +
      `${spanOf(sinceNs)} before it asked`,
    operations: [earlier.operation.index, later.operation.index],
  };
}
