import type { Operation } from "../core/operation.js";

/** Accounts between which money is moved, and what each is opened with. */
export interface Bank {
  readonly accounts: readonly string[];
  readonly opening: number;
}

/** What an account's key holds: its balance, and the operation that left it. */
export interface Balance {
  readonly balance: number;
  /** The `id` of the input. Every written value is written once, since no two have the same. */
  readonly by: number;
}

export interface SeenBalance extends Balance {
  readonly modRevision: number;
}

/** All accounts in one range. */
export interface BankRead {
  readonly f: "read";
}

/** Opens all accounts, if there is none yet. */
export interface BankOpen {
  readonly f: "open";
  readonly id: number;
}

/** Takes place if both accounts still have the mod_revision that is expected. */
export interface BankTransfer {
  readonly f: "transfer";
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** Above 0. */
  readonly amount: number;
  readonly expected: { readonly from: SeenBalance; readonly to: SeenBalance };
}

export type BankInput = BankRead | BankOpen | BankTransfer;

/** A key below the accounts' prefix. */
export type FoundAccount =
  | (SeenBalance & { readonly key: string })
  /** What no client can have written, as it was found. */
  | { readonly key: string; readonly modRevision: number; readonly text: string };

export type BankOutput =
  | { readonly accounts: readonly FoundAccount[] }
  | { readonly applied: true; readonly revision: number }
  /** The accounts were not as expected. All that there are, read in its stead. */
  | { readonly applied: false; readonly accounts: readonly FoundAccount[] };

export type BankOperation = Operation<BankInput, BankOutput>;

export interface BankWrite {
  readonly account: string;
  readonly balance: number;
  /** Whose balance it replaces; undefined for nobody's. */
  readonly upon?: number;
}

/** What an operation leaves where it takes place. */
export function writesOf(input: BankInput, { accounts, opening }: Bank): BankWrite[] {
  switch (input.f) {
    case "read":
      return [];
    case "open":
      return accounts.map((account) => ({ account, balance: opening }));
    case "transfer": {
      const { from, to, amount, expected } = input;
      return [
        { account: from, balance: expected.from.balance - amount, upon: expected.from.by },
        { account: to, balance: expected.to.balance + amount, upon: expected.to.by },
      ];
    }
  }
}

/** What an answer says of all accounts; undefined where it says nothing. */
export function accountsIn({ outcome }: BankOperation): readonly FoundAccount[] | undefined {
  if (outcome.type !== "ok" || !("accounts" in outcome.output)) return undefined;
  return outcome.output.accounts;
}

/** Whether an operation is known to have written, by its own answer. */
export function wasApplied({ outcome }: BankOperation): boolean {
  return outcome.type === "ok" && "applied" in outcome.output && outcome.output.applied;
}

/** Undefined where it may have written; else why it did not, for "which process 3 on n2 ...". */
export function whyNotWritten(operation: BankOperation): string | undefined {
  if (operation.outcome.type === "fail") return "failed to write";
  return accountsIn(operation) ? "was refused to write" : undefined;
}
