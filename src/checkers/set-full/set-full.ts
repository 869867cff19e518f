import type { CheckContext, Checker, Finding, Validity, Verdict } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import { type Budget, createBudget } from "../../porcupine-ts/budget.js";
import { elementStories } from "./element-stories.js";
import { inTurn } from "./pauses.js";
import { type SetInput, type SetOutput, type SetRecord, file } from "./set-operation.js";
import { addUp, detailsOf, newTally, type Tally, troubledInWords } from "./set-tally.js";
import { kinds } from "./set-troubles.js";
import { tellTrouble } from "./tell-trouble.js";

/**
 * Sets that only grow keep what was added: whoever asks after it was known that an element is there
 * finds it, once, and nobody finds what nobody can have added yet. An element is known by the first
 * answer that acknowledges it or shows it. It is lost where none of the reads at the end found it,
 * stale where others did or later ones, and missing where nobody read the set at the end. One that
 * was acknowledged and that no later answer could have shown is never read: then nobody knows
 * whether it was kept, and the verdict is unknown. Goes by the order of events, not by clocks.
 *
 * Source: the checker `set-full` of Jepsen, https://jepsen-io.github.io/jepsen/jepsen.checker.html.
 * Unlike there a stale read always counts, an element that is there twice is found, and so is one
 * that came before it was added. Elements are judged each by itself: reads that only contradict each
 * other by the order in which elements appeared go unnoticed. Memory is in proportion to the
 * history, which holds far more than the check, so that `memoryMb` is not looked at.
 */
export const setFull: Checker<SetInput, SetOutput> = {
  async check({ operations, endsEarly = false }, context) {
    const budget = createBudget({ deadlineMs: context.deadlineMs, signal: context.signal });
    const sets = new Map<string, SetRecord>();
    const tally = newTally();
    const pauses = {
      areDue: () => budget.needsBreath(),
      take: async () => {
        await budget.breathe();
        const { decided } = tally;
        const elapsedMs = budget.elapsedMs();
        context.onProgress?.({ partitions: sets.size, decided, visited: 0, elapsedMs });
        return budget.expired() === undefined;
      },
    };
    const isFiled = await inTurn(operations, pauses, (operation) => {
      file(sets, operation);
    });
    for (const record of sets.values()) {
      if (budget.expired() !== undefined) break;
      const stories = await elementStories(record, pauses);
      if (!stories) break;
      addUp(tally, record, stories);
    }
    const isWhole = isFiled && tally.decided === sets.size;
    return verdictOf(tally, { isWhole, endsEarly, budget, context });
  },
};

interface Ending {
  /** Whether all sets were judged. */
  readonly isWhole: boolean;
  /** Nobody could read any more what nobody had read. */
  readonly endsEarly: boolean;
  readonly budget: Budget;
  readonly context: CheckContext;
}

function verdictOf(tally: Tally, { isWhole, endsEarly, budget, context }: Ending): Verdict {
  const isAborted = context.signal?.aborted === true;
  const validity = validityOf(tally, { isWhole, endsEarly });
  const open = endsEarly ? [] : tally.neverRead;
  return {
    validity,
    summary: [outcomeOf(tally, validity), ...openQuestions(open, { isWhole, isAborted })].join(" "),
    findings: [...findingsOf(tally), ...neverRead(open)],
    details: {
      ...detailsOf(tally),
      ...(!isWhole && { reason: isAborted ? "aborted" : "deadline" }),
      elapsedMs: Math.round(budget.elapsedMs()),
    },
  };
}

function validityOf(
  { troubles, neverRead, found }: Tally,
  { isWhole, endsEarly }: Pick<Ending, "isWhole" | "endsEarly">,
): Validity {
  if (troubles.length > 0) return "invalid";
  const isOpen = !endsEarly && (neverRead.length > 0 || found === 0);
  return !isWhole || isOpen ? "unknown" : "valid";
}

function outcomeOf(tally: Tally, validity: Validity): string {
  const { decided, answers, found, attempted } = tally;
  const among = `in ${plural(answers, "answer")} about ${plural(decided, "set")}`;
  switch (validity) {
    case "valid":
      return `Each of ${plural(found, "element")} was found from then on when it was known, and none before it was added, ${among}.`;
    case "invalid":
      return `Of ${plural(attempted, "element")}: ${troubledInWords(tally)}, ${among}.`;
    case "unknown":
      return found === 0
        ? `No element was ever found ${among}.`
        : `Nothing wrong was found ${among}.`;
  }
}

function* openQuestions(
  neverRead: Tally["neverRead"],
  { isWhole, isAborted }: { readonly isWhole: boolean; readonly isAborted: boolean },
) {
  if (neverRead.length > 0) {
    yield `${plural(neverRead.length, "acknowledged element")} could not be found by anybody, since nobody asked afterwards: whether they were kept is not known.`;
  }
  if (isWhole) return;
  yield isAborted
    ? "The check was stopped before its end."
    : "The time was up before the end: allow more (--checker-timeout).";
}

const mostOfAKind = 5;

/** The worst first. */
function findingsOf({ troubles }: Tally): Finding[] {
  return kinds.flatMap((kind) =>
    troubles
      .filter((trouble) => trouble.kind === kind)
      .slice(0, mostOfAKind)
      .map(tellTrouble),
  );
}

const mostNamed = 10;

function neverRead(adds: Tally["neverRead"]): Finding[] {
  const operations = adds.slice(0, mostNamed).map(({ index }) => index);
  if (operations.length === 0) return [];
  const message = `${plural(adds.length, "add")} acknowledged, and nobody read the set afterwards`;
  return [{ message, operations }];
}
