import type { CheckContext, Checker, Verdict } from "../core/checker.js";
import type { Input, Operation } from "../core/operation.js";
import { plural } from "../core/plural.js";
import { checkRegisters, type RegisterCheckResult } from "../elle-ts/check-registers.js";
import type { InferenceOptions } from "../elle-ts/register-order.js";
import { createBudget } from "../porcupine-ts/budget.js";
import { findingOf, type Recorded } from "./rw-register-findings.js";
import { openQuestions, outcomeOf } from "./strict-serializability.js";

export type { Recorded } from "./rw-register-findings.js";
export type { RegisterOperation, RegisterTransaction } from "../elle-ts/register-transaction.js";

export interface RwRegisterOptions<I extends Input, Output> {
  /**
   * What operations were, as transactions on registers. Several of one operation where it turned out
   * to be another one than was asked for, such as reads in place of writes that were refused: those
   * failed, these took place. None of them may claim more time than the operation took.
   */
  readonly transactionsIn: (operations: readonly Operation<I, Output>[]) => readonly Recorded[];
  /** Where the order of a key's versions is taken from. */
  readonly inference: InferenceOptions;
}

/** Values and times alone. All three follow from strict serializability. */
export const blackBox: InferenceOptions = {
  ...{ writesFollowReads: true, sequentialKeys: true, linearizableKeys: true },
};

/** Beside them etcd's revisions, which are of transactions and not of keys. */
export const byRevisions: InferenceOptions = { ...blackBox, transactionVersions: true };

/**
 * Transactions that write registers and read them are strictly serializable: they took effect as if
 * one after the other, each at one moment between its invocation and its completion. Those that
 * failed did not happen; those of unknown outcome did where somebody saw it. Goes by the order of
 * events in the history, not by clocks. What is found is certain. Since a read tells one value and not
 * what was before it, all is found only where the order of each key's versions is known.
 *
 * K. Kingsbury and P. Alvaro, "Elle", VLDB 2020. Memory is in proportion to the history, which holds
 * about as much as the check, so that `memoryMb` is not looked at.
 */
export function rwRegister<I extends Input, Output>({
  transactionsIn,
  inference,
}: RwRegisterOptions<I, Output>): Checker<I, Output> {
  return {
    async check({ operations }, context) {
      return judgeRegisters(transactionsIn(operations), inference, context);
    },
  };
}

async function judgeRegisters(
  recorded: readonly Recorded[],
  inference: InferenceOptions,
  { deadlineMs, signal, onProgress }: CheckContext,
): Promise<Verdict> {
  const budget = createBudget({ deadlineMs, signal });
  const result = await checkRegisters(
    recorded.map(({ transaction }) => transaction),
    {
      ...inference,
      async mayGoOn() {
        await budget.breathe();
        onProgress?.({ partitions: 0, decided: 0, visited: 0, elapsedMs: budget.elapsedMs() });
        return budget.expired() === undefined;
      },
    },
  );
  return {
    validity: result.validity,
    summary: `${inWords(result)}${openQuestions(result, { written: "written", isAborted: signal?.aborted === true })}`,
    findings: result.anomalies.map((anomaly) => findingOf(anomaly, recorded)),
    details: {
      ...result.statistics,
      anomalies: result.counts,
      repeatedKeys: result.repeated.length,
      partlyOrderedKeys: result.partlyOrdered,
      elapsedMs: Math.round(budget.elapsedMs()),
    },
  };
}

function inWords(result: RegisterCheckResult): string {
  const { validity, statistics, partlyOrdered } = result;
  if (validity !== "valid" || partlyOrdered === 0) return outcomeOf(result);
  return `Nothing in ${plural(statistics.transactions, "transaction")} contradicts strict serializability. Of ${partlyOrdered} of ${plural(statistics.keys, "key")} the order of writes is known only in part.`;
}
