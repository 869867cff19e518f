import type { Checker, Finding, Verdict } from "../core/checker.js";
import { plural } from "../core/plural.js";
import { type Audit, newAudit } from "./bank-audit.js";
import { type Trouble, type TroubleKind, troubleKinds } from "./bank-contents.js";
import type { Bank, BankInput, BankOperation, BankOutput } from "./bank-operations.js";
import { type Pace, startPace } from "./bank-pace.js";

/**
 * Transfers and reads of all accounts are strictly serializable: they took effect as if one after
 * the other, each at one moment between its invocation and its completion. So every read finds all
 * accounts, none below zero, and the total with which they were opened; and it finds them as all
 * that was known before left them. Those that failed did not happen; those of unknown outcome did
 * where somebody saw it. Goes by the order of events in the history, by values, and by what was
 * refused; not by clocks, nor by what etcd says of revisions.
 *
 * The property of a constant total is that of Jepsen's bank workload, jepsen.tests.bank. Time and
 * memory are in proportion to the history, so that `memoryMb` is not looked at.
 */
export function bank(rules: Bank): Checker<BankInput, BankOutput> {
  return {
    async check({ operations, events }, context) {
      const pace = startPace(context);
      const audit = newAudit(rules);
      const tally = newTally();
      const isWhole = await pace.through(
        eventsOf(operations, events),
        ({ operation, isAnswer }) => {
          if (isAnswer) tally.add(audit.answered(operation));
          else audit.invoked(operation);
        },
      );
      if (isWhole) tally.add(audit.ended());
      return verdictOf(tally, { audit, rules, ...(!isWhole && { pace }) });
    },
  };
}

interface Event {
  readonly operation: BankOperation;
  readonly isAnswer: boolean;
}

/** Invocations, and the answers of those that ended ok, as they came. */
function* eventsOf(operations: readonly BankOperation[], events: number): Generator<Event> {
  const places = new Int32Array(events).fill(-1);
  let at = 0;
  for (const { outcome, completedIndex } of operations) {
    if (outcome.type === "ok" && completedIndex !== undefined) places[completedIndex] = at;
    at += 1;
  }
  function* answersBefore(from: number, to: number): Generator<Event> {
    for (let event = from; event < to; event++) {
      const operation = operations[places[event] ?? -1];
      if (operation) yield { operation, isAnswer: true };
    }
  }
  let from = 0;
  for (const operation of operations) {
    yield* answersBefore(from, operation.index);
    yield { operation, isAnswer: false };
    from = operation.index;
  }
  yield* answersBefore(from, events);
}

/** Findings beyond so many of a kind are counted, not shown. */
const mostOfEachKind = 5;

interface Tally {
  readonly counts: ReadonlyMap<TroubleKind, number>;
  readonly add: (troubles: readonly Trouble[]) => void;
  readonly findings: () => Finding[];
}

function newTally(): Tally {
  const counts = new Map<TroubleKind, number>();
  const shown: Trouble[] = [];
  const kinds = Object.keys(troubleKinds);
  return {
    counts,
    add(troubles) {
      for (const trouble of troubles) {
        const count = (counts.get(trouble.kind) ?? 0) + 1;
        counts.set(trouble.kind, count);
        if (count <= mostOfEachKind) shown.push(trouble);
      }
    },
    findings: () =>
      shown.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)).map(findingOf),
  };
}

function findingOf({ kind, message, operations, explanation }: Trouble): Finding {
  return {
    message: `${message} (${kind}: ${troubleKinds[kind]})`,
    operations: operations.map(({ index }) => index),
    ...(explanation && { explanation }),
  };
}

interface Judged {
  readonly audit: Audit;
  readonly rules: Bank;
  /** Only where it ended early. */
  readonly pace?: Pace;
}

function verdictOf({ counts, findings }: Tally, { audit, rules, pace }: Judged): Verdict {
  const { reads, transfers, unplaced } = audit;
  const isOpen = pace !== undefined || unplaced > 0;
  const looked = `${plural(reads, "read")} of all accounts and ${plural(transfers, "transfer")}`;
  const ending = pace ? ` ${pace.inWords()}` : "";
  const details = { reads, transfers, unplaced, troubles: Object.fromEntries(counts) };
  if (counts.size > 0) {
    const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
    const summary = `The ${looked} are not strictly serializable: ${kinds}.${ending}`;
    return { validity: "invalid", summary, findings: findings(), details };
  }
  if (isOpen) {
    const gap =
      unplaced > 0
        ? ` Of ${plural(unplaced, "operation")} it cannot be told when they took place, since one before them is missing.`
        : "";
    const summary = `Nothing wrong was found in ${looked}, but not all could be looked at.${gap}${ending}`;
    return { validity: "unknown", summary, findings: [], details };
  }
  const total = rules.accounts.length * rules.opening;
  const summary = `The ${looked} have an order that agrees with real time and explains each of them, with ${total} in all accounts at any time.`;
  return { validity: "valid", summary, findings: [], details };
}
