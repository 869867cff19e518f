import { check } from "../../elle-ts/check.js";
import { checkRegisters } from "../../elle-ts/check-registers.js";
import type { CheckResult } from "../../elle-ts/result.js";
import { listHistory, registerHistory, type TransactionShape } from "./elle-histories.js";
import type { Prepared } from "./prepared.js";

/** A million transactions are to be judged in under 20 s and 2 GiB, whatever is wrong with them. */
const target = { firstMs: 20_000, memoryMb: 2_048 };

/** What is measured of one history. */
interface TransactionCase {
  readonly name: string;
  readonly operations: number;
  readonly load: () => readonly Prepared[];
  readonly target: typeof target;
}

/** Transactions on lists and on registers, clean and with anomalies. */
export function transactionCases(transactions: number): TransactionCase[] {
  return [0, 50].flatMap((staleReads) => {
    const shape: TransactionShape = { seed: 1, transactions, clients: 10, staleReads };
    const found = staleReads === 0 ? "valid" : `${staleReads} stale reads`;
    const name = (checker: string) =>
      `${checker}, ${transactions.toLocaleString("en")} transactions, 10 clients, ${found}`;
    return [
      {
        ...{ name: name("list-append"), operations: transactions, target },
        load: () => {
          const history = listHistory(shape);
          return [judged(shape, () => check(history))];
        },
      },
      {
        ...{ name: name("rw-register"), operations: transactions, target },
        load: () => {
          const history = registerHistory(shape);
          const options = { sequentialKeys: true, linearizableKeys: true };
          return [judged(shape, () => checkRegisters(history, options))];
        },
      },
    ];
  });
}

function judged(
  { transactions, staleReads }: TransactionShape,
  judge: () => Promise<CheckResult>,
): Prepared {
  return {
    operations: transactions,
    expected: staleReads === 0 ? "valid" : "invalid",
    async judge() {
      const { validity } = await judge();
      return { validity, engines: ["elle-ts"], engineMs: 0 };
    },
  };
}
