import type { Finding } from "../core/checker.js";
import type { Operation } from "../core/operation.js";
import { plural } from "../core/plural.js";
import { meaningOf } from "../elle-ts/meaning.js";
import type { RegisterOperation, RegisterTransaction } from "../elle-ts/register-transaction.js";
import type { Anomaly } from "../elle-ts/result.js";
import { byClock } from "./words.js";

/** A transaction on registers, and the operation that it was. */
export interface Recorded {
  readonly operation: Operation;
  readonly transaction: RegisterTransaction;
}

/** Transactions of long cycles are not all put into words. */
const mostTransactions = 12;

/** An anomaly of registers as a finding: its transactions in words, and why each comes before the next. */
export function findingOf(
  { type, transactions, message, steps }: Anomaly,
  recorded: readonly Recorded[],
): Finding {
  const shown = transactions.slice(0, mostTransactions);
  const more = transactions.length - shown.length;
  return {
    message: `${message} (${type}: ${meaningOf(type, "registers")})`,
    // An operation that was two transactions is named once.
    operations: [
      ...new Set(transactions.map((transaction) => recorded[transaction]?.operation.index ?? 0)),
    ],
    explanation: [
      ...shown.map((transaction, i) => `T${i + 1} (${inWords(recorded[transaction])}.`),
      ...(more > 0 ? [`Likewise ${plural(more, "more transaction")}.`] : []),
      ...steps,
    ],
  };
}

const mostOperations = 8;

/** "process 3 on n2, from 1.2 s to 1.3 s): write 1 to x; read y as 2". */
function inWords(recorded: Recorded | undefined): string {
  if (!recorded) return "";
  const { operation, transaction } = recorded;
  const { who, askedAt, answeredAt } = byClock;
  const [asked, answered] = [askedAt(operation), answeredAt(operation)];
  const when = answered === undefined ? `at ${asked}` : `from ${asked} to ${answered}`;
  const { operations, outcome } = transaction;
  const shown = operations.slice(0, mostOperations).map(operationInWords);
  const more = operations.length - shown.length;
  const all = [...shown, ...(more > 0 ? [`${more} more`] : [])].join("; ");
  const ending = outcome === "ok" ? "" : ` (${outcomes[outcome]})`;
  return `${who(operation)}, ${when}): ${all}${ending}`;
}

const outcomes = { fail: "it failed", info: "its outcome is unknown" } as const;

function operationInWords(operation: RegisterOperation): string {
  const { f, key, value, version } = operation;
  const told = version === undefined || value === null ? "" : ` (version ${version})`;
  if (f === "write") return `write ${value} to ${key}${told}`;
  if (value === undefined) return `read ${key}`;
  return value === null ? `read ${key}: absent` : `read ${key}: ${value}${told}`;
}
