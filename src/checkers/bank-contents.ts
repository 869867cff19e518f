import { plural } from "../core/plural.js";
import type { Entry, Ledger, Writer } from "./bank-ledger.js";
import {
  accountsIn,
  type Bank,
  type BankOperation,
  type FoundAccount,
  type SeenBalance,
  whyNotWritten,
} from "./bank-operations.js";
import { who } from "./words.js";

export const troubleKinds = {
  "wrong-total": "transfers leave the total as it is",
  "negative-balance": "nobody transfers more than there is",
  "missing-account": "all accounts are opened at one moment and never closed",
  "unknown-account": "nobody opened it",
  "doubled-account": "a range tells each key once",
  unreadable: "no client wrote it",
  unwritten: "no operation that may have taken place by then wrote it",
  "lost-update": "each takes place only if both accounts are as it expects",
  "needless-refusal": "it takes place if all is as it expects",
  stale: "a read sees all that was known before it was asked",
  "half-seen": "what an operation saw or did is there with all that came before it",
  "no-order": "one of two reads must have come first",
} as const;

export type TroubleKind = keyof typeof troubleKinds;

/** Something that cannot be. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly message: string;
  readonly operations: readonly BankOperation[];
  readonly explanation?: readonly string[];
}

/** What a read of all accounts shows by itself, and what it saw, for what is beyond that. */
export interface Contents {
  readonly troubles: readonly Trouble[];
  readonly entries: readonly Entry[];
  /** Who wrote them, each once: they took place. */
  readonly writers: readonly Writer[];
}

interface Books {
  readonly bank: Bank;
  readonly ledger: Ledger;
}

/** Undefined where the operation read nothing, or was not answered. */
export function contentsOf(operation: BankOperation, books: Books): Contents | undefined {
  const found = accountsIn(operation);
  if (!found) return undefined;
  const { bank, ledger } = books;
  const balances = found.flatMap((each) => ("text" in each ? [] : [each]));
  const single = (kind: TroubleKind, message: string, others: readonly BankOperation[] = []) => ({
    ...{ kind, operations: [...others, operation] },
    message: `${who(operation)} ${message}`,
  });
  const troubles: Trouble[] = [
    ...strangers(found, ledger).map((key) => single("unknown-account", `found an account ${key}`)),
    ...doubled(found).map((key) => single("doubled-account", `found ${key} twice in one range`)),
    ...found.flatMap((each) =>
      "text" in each
        ? [single("unreadable", `found ${JSON.stringify(each.text)} in ${each.key}`)]
        : [],
    ),
    ...balances
      .filter(({ balance }) => balance < 0)
      .map(({ key, balance }) => single("negative-balance", `found ${balance} in ${key}`)),
  ];
  const missing = missingFrom(found, bank);
  if (missing.length > 0 && found.length > 0) {
    const others = missing.length > 1 ? ` and ${plural(missing.length - 1, "other")}` : "";
    troubles.push(single("missing-account", `found no ${missing[0] ?? ""}${others}, but the rest`));
  }
  const entries: Entry[] = [];
  const writers = new Set<Writer>();
  for (const each of balances) {
    if (ledger.positionOf(each.key) === undefined) continue;
    const wrote = entryOf(each, ledger);
    if ("reason" in wrote) {
      const what = `found ${balanceInWords(each)} in ${each.key}, ${wrote.reason}`;
      troubles.push(single("unwritten", what, wrote.by));
    } else {
      entries.push(wrote.entry);
      writers.add(wrote.writer);
    }
  }
  const wrong = troubles.length === 0 ? wrongTotal(balances, bank) : undefined;
  if (wrong !== undefined) troubles.push(single("wrong-total", wrong));
  return {
    troubles: troubles.map((trouble) => ({ ...trouble, explanation: inWords(found) })),
    entries,
    writers: [...writers],
  };
}

function strangers(found: readonly FoundAccount[], ledger: Ledger): string[] {
  return found.map(({ key }) => key).filter((key) => ledger.positionOf(key) === undefined);
}

function doubled(found: readonly FoundAccount[]): string[] {
  const keys = found.map(({ key }) => key);
  return keys.filter((key, i) => keys.indexOf(key) !== i);
}

function missingFrom(found: readonly FoundAccount[], { accounts }: Bank): string[] {
  const keys = new Set(found.map(({ key }) => key));
  return accounts.filter((account) => !keys.has(account));
}

type Wrote =
  | { readonly writer: Writer; readonly entry: Entry }
  /** Why nobody can have written it. */
  | { readonly reason: string; readonly by: readonly BankOperation[] };

function entryOf(found: SeenBalance & { readonly key: string }, ledger: Ledger): Wrote {
  const writer = ledger.writer(found.by);
  if (!writer) return { reason: "which nobody had asked for by then", by: [] };
  const { operation, entries } = writer;
  const by = [operation];
  const position = ledger.positionOf(found.key);
  const entry = entries.find((one) => one.position === position);
  if (!entry) return { reason: `although ${who(operation)} wrote to other accounts`, by };
  if (entry.balance !== found.balance) {
    return { reason: `although ${who(operation)} wrote ${entry.balance} there`, by };
  }
  const whyNot = whyNotWritten(operation);
  if (whyNot !== undefined) return { reason: `which ${who(operation)} ${whyNot}`, by };
  return { writer, entry };
}

function wrongTotal(balances: readonly SeenBalance[], bank: Bank): string | undefined {
  if (balances.length === 0) return undefined;
  const total = balances.reduce((sum, { balance }) => sum + balance, 0);
  const right = bank.accounts.length * bank.opening;
  return total === right
    ? undefined
    : `found ${total} in all accounts together, which hold ${right}`;
}

/** Accounts of which nobody knows are not all told. */
const mostTold = 16;

function inWords(found: readonly FoundAccount[]): string[] {
  const told = found
    .slice(0, mostTold)
    .map(
      (each) =>
        `${each.key} held ${"text" in each ? JSON.stringify(each.text) : balanceInWords(each)}.`,
    );
  const more = found.length - mostTold;
  return more > 0 ? [...told, `So it is with ${plural(more, "more key")}.`] : told;
}

function balanceInWords({ balance, by }: SeenBalance): string {
  return `${balance}, written as ${by}`;
}
