import type { Checker, Finding } from "../core/checker.js";
import type { Input, Operation, ResponseHeader } from "../core/operation.js";
import { plural, spanOf, who } from "./words.js";

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
      const answers = history.operations.flatMap((operation) =>
        counts(operation) ? answerOf(operation) : [],
      );
      const backwards = stepsBack(answers);
      if (backwards.length === 0) {
        return {
          validity: "valid",
          summary: `The revision never ran backwards in ${plural(answers.length, "answer")}.`,
          findings: [],
          details: { answers: answers.length },
        };
      }
      const shown = backwards.length > mostShown ? ` The first ${mostShown} are shown.` : "";
      return {
        validity: "invalid",
        summary: `The revision ran backwards in ${backwards.length} of ${plural(answers.length, "answer")}.${shown}`,
        findings: backwards.slice(0, mostShown).map(ranBackwards),
        details: { answers: answers.length, backwards: backwards.length },
      };
    },
  };
}

interface Answer {
  readonly operation: Operation;
  readonly revision: number;
  readonly completedIndex: number;
}

interface StepBack {
  readonly earlier: Answer;
  readonly later: Answer;
}

function answerOf(operation: Operation): Answer[] {
  const { outcome, completedIndex } = operation;
  const header: ResponseHeader | undefined = outcome.type === "ok" ? outcome.header : undefined;
  if (!header || completedIndex === undefined) return [];
  return [{ operation, revision: header.revision, completedIndex }];
}

/** One pass in the order of calls; beside it, answers are taken in as they came. */
function stepsBack(answers: readonly Answer[]): StepBack[] {
  const byCall = answers.toSorted((a, b) => a.operation.index - b.operation.index);
  const byReturn = answers.toSorted((a, b) => a.completedIndex - b.completedIndex).values();
  const found: StepBack[] = [];
  let newest: Answer | undefined;
  let next = byReturn.next();
  for (const later of byCall) {
    while (!next.done && next.value.completedIndex < later.operation.index) {
      if (!newest || next.value.revision > newest.revision) newest = next.value;
      next = byReturn.next();
    }
    if (newest && later.revision < newest.revision) found.push({ earlier: newest, later });
  }
  return found;
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
