import type { Checker } from "../core/checker.js";
import {
  accountsIn,
  type Bank,
  type BankInput,
  type BankOperation,
  type BankOutput,
  type BankWrite,
  type FoundAccount,
  writesOf,
} from "./bank-operations.js";
import {
  type Recorded,
  type RegisterOperation,
  type RegisterTransaction,
  rwRegister,
} from "./rw-register.js";

/**
 * Transfers and reads of all accounts are strictly serializable, by cycles of transactions: the
 * property of `bank`, found in another way, and told by the names of transactional anomalies. Each
 * account is a register, and its values are unique since a balance stands beside who left it. A transfer
 * that took place read both accounts as it expected them and then wrote them, so that the order of
 * an account's values is known, and the answer exact. Goes by values, not by revisions.
 *
 * K. Kingsbury and P. Alvaro, "Elle", VLDB 2020: `rwRegister`.
 */
export function bankElle(rules: Bank): Checker<BankInput, BankOutput> {
  return rwRegister({
    transactionsIn(operations) {
      const tookPlace = seenWriters(operations);
      return operations.flatMap((operation) =>
        transactionsOf(operation, { rules, tookPlace }).map((transaction): Recorded => ({
          operation,
          transaction,
        })),
      );
    },
    inference: { writesFollowReads: true },
  });
}

/**
 * The ids of those of unknown outcome that certainly took place, since an answer shows what they
 * wrote or depends on it: it was expected by one that took place.
 */
function seenWriters(operations: readonly BankOperation[]): ReadonlySet<number> {
  const unknown = new Map<number, BankInput>();
  for (const { input, outcome } of operations) {
    if (input.f !== "read" && outcome.type === "info") unknown.set(input.id, input);
  }
  const seen = new Set<number>();
  const open: number[] = [];
  function see(id: number): void {
    if (seen.has(id)) return;
    seen.add(id);
    open.push(id);
  }
  for (const operation of operations) {
    if (operation.outcome.type !== "ok") continue;
    const found = accountsIn(operation);
    for (const account of found ?? []) if ("by" in account) see(account.by);
    if (!found) for (const id of expectedBy(operation.input)) see(id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const input = unknown.get(id);
    if (input) for (const upon of expectedBy(input)) see(upon);
  }
  return seen;
}

function expectedBy(input: BankInput): number[] {
  return input.f === "transfer" ? [input.expected.from.by, input.expected.to.by] : [];
}

interface Known {
  readonly rules: Bank;
  readonly tookPlace: ReadonlySet<number>;
}

/** One that was refused was two: its writes failed, and the reads in their stead took place. */
function transactionsOf(
  operation: BankOperation,
  { rules, tookPlace }: Known,
): RegisterTransaction[] {
  const { process, index, completedIndex, input, outcome } = operation;
  const span = { process, invokedAt: index };
  const whole = { ...span, ...(completedIndex !== undefined && { completedAt: completedIndex }) };
  const found = accountsIn(operation);
  const read = found ? readsOf(found, rules) : [];
  if (input.f === "read") return [{ ...whole, outcome: outcome.type, operations: read }];
  const guarded = guardedWrites(input, rules);
  if (found) {
    return [
      { ...whole, outcome: "fail", operations: guarded },
      { ...whole, outcome: "ok", operations: read },
    ];
  }
  // That it was seen tells all of it but when it ended.
  if (outcome.type === "info" && tookPlace.has(input.id)) {
    return [{ ...span, outcome: "ok", operations: guarded }];
  }
  return [{ ...whole, outcome: outcome.type, operations: guarded }];
}

function readsOf(found: readonly FoundAccount[], { accounts }: Bank): RegisterOperation[] {
  const held = new Map(found.map((account) => [account.key, account]));
  return accounts.map((key) => ({ f: "read", key, value: valueOf(held.get(key)) }));
}

function valueOf(held: FoundAccount | undefined): string | null {
  if (!held) return null;
  return "text" in held ? held.text : balanceBy(held.balance, held.by);
}

/** What it takes the guards to hold, and what is then written. */
function guardedWrites(input: Exclude<BankInput, { f: "read" }>, rules: Bank): RegisterOperation[] {
  const writes = writesOf(input, rules);
  return [
    ...writes.map(({ account }) => expectedRead(input, account)),
    ...writes.map((write) => writeOf(write, input.id)),
  ];
}

function expectedRead(
  input: Exclude<BankInput, { f: "read" }>,
  account: string,
): RegisterOperation {
  if (input.f === "open") return { f: "read", key: account, value: null };
  const { balance, by } = account === input.from ? input.expected.from : input.expected.to;
  return { f: "read", key: account, value: balanceBy(balance, by) };
}

function writeOf({ account, balance }: BankWrite, id: number): RegisterOperation {
  return { f: "write", key: account, value: balanceBy(balance, id) };
}

function balanceBy(balance: number, by: number): string {
  return `${balance} by ${by}`;
}
