import type { CheckContext, Checker, Finding, Verdict } from "../core/checker.js";
import type { Input, Operation } from "../core/operation.js";
import { check } from "../elle-ts/check.js";
import { meaningOf } from "../elle-ts/meaning.js";
import type { Anomaly } from "../elle-ts/result.js";
import type { MicroOperation, Transaction } from "../elle-ts/transaction.js";
import { shownList } from "../elle-ts/words.js";
import { createBudget } from "../porcupine-ts/budget.js";
import { plural } from "../core/plural.js";
import { byClock } from "./words.js";
import { openQuestions, outcomeOf } from "./strict-serializability.js";

export type { MicroOperation, Transaction } from "../elle-ts/transaction.js";

export interface ListAppendOptions<I extends Input, Output> {
  /**
   * What an operation was, as transactions on lists. Several where it turned out to be another one
   * than was asked for, such as reads in place of appends that were refused: those failed, these
   * took place. None of them may claim more time than the operation took.
   */
  readonly transactionsOf: (operation: Operation<I, Output>) => readonly Transaction[];
}

/**
 * The operations of a run, as transactions on lists, are strictly serializable: `judgeListAppend`
 * says what that is and what is not seen. Goes by the order of events in the history, not by clocks.
 */
export function listAppend<I extends Input, Output>({
  transactionsOf,
}: ListAppendOptions<I, Output>): Checker<I, Output> {
  return {
    check({ operations }, context) {
      const told = operations.flatMap((operation) =>
        transactionsOf(operation).map((transaction) => toldOf(operation, transaction)),
      );
      return judgeListAppend(told, context);
    },
  };
}

/** Where it is found is put into words only if it comes to be told. */
function toldOf(operation: Operation, transaction: Transaction): Told {
  return {
    transaction,
    index: operation.index,
    get where() {
      const { who, askedAt, answeredAt } = byClock;
      const [asked, answered] = [askedAt(operation), answeredAt(operation)];
      const when = answered === undefined ? `at ${asked}` : `from ${asked} to ${answered}`;
      return `${who(operation)}, ${when}`;
    },
  };
}

/** A transaction, and how it is found in the history. */
export interface Told {
  readonly transaction: Transaction;
  /** The position of its first event. */
  readonly index: number;
  /** "process 3, lines 7 to 9". */
  readonly where: string;
}

/**
 * Transactions that append to lists and read them are strictly serializable: they took effect as if
 * one after the other, each at one moment between its invocation and its completion. Those that
 * failed did not happen; those of unknown outcome did where somebody saw it. Sees only what clients
 * saw. No element may be appended to a key twice, or nothing can be said of that key.
 *
 * K. Kingsbury and P. Alvaro, "Elle", VLDB 2020. Memory is in proportion to the history, which holds
 * far more than the check, so that `memoryMb` is not looked at.
 */
export async function judgeListAppend(
  told: readonly Told[],
  { deadlineMs, signal, onProgress }: CheckContext,
): Promise<Verdict> {
  const budget = createBudget({ deadlineMs, signal });
  const result = await check(
    told.map(({ transaction }) => transaction),
    {
      async mayGoOn() {
        await budget.breathe();
        onProgress?.({ partitions: 0, decided: 0, visited: 0, elapsedMs: budget.elapsedMs() });
        return budget.expired() === undefined;
      },
    },
  );
  return {
    validity: result.validity,
    summary: `${outcomeOf(result)}${openQuestions(result, { written: "appended", isAborted: signal?.aborted === true })}`,
    findings: result.anomalies.map((anomaly) => findingOf(anomaly, told)),
    details: {
      ...result.statistics,
      anomalies: result.counts,
      repeatedKeys: result.repeated.length,
      elapsedMs: Math.round(budget.elapsedMs()),
    },
  };
}

/** Transactions of long cycles are not all put into words. */
const mostTransactions = 12;

function findingOf(
  { type, transactions, message, steps }: Anomaly,
  told: readonly Told[],
): Finding {
  const shown = transactions.slice(0, mostTransactions);
  const more = transactions.length - shown.length;
  return {
    message: `${message} (${type}: ${meaningOf(type)})`,
    // An operation that was two transactions is named once.
    operations: [...new Set(transactions.map((transaction) => told[transaction]?.index ?? 0))],
    explanation: [
      ...shown.map((transaction, i) => `T${i + 1} (${inWords(told[transaction])}.`),
      ...(more > 0 ? [`Likewise ${plural(more, "more transaction")}.`] : []),
      ...steps,
    ],
  };
}

const mostOperations = 8;

/** "process 3, lines 7 to 9): append 1 to x; read y: [2]". */
function inWords(told: Told | undefined): string {
  if (!told) return "";
  const { operations, outcome } = told.transaction;
  const shown = operations.slice(0, mostOperations).map(operationInWords);
  const more = operations.length - shown.length;
  const ending = outcome === "ok" ? "" : ` (${outcomes[outcome]})`;
  return `${told.where}): ${[...shown, ...(more > 0 ? [`${more} more`] : [])].join("; ")}${ending}`;
}

const outcomes = { fail: "it failed", info: "its outcome is unknown" } as const;

function operationInWords(operation: MicroOperation): string {
  const { f, key } = operation;
  if (f === "append") return `append ${operation.element} to ${key}`;
  return operation.elements ? `read ${key}: ${shownList(operation.elements)}` : `read ${key}`;
}
