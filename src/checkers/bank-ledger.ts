import { type Bank, type BankOperation, whyNotWritten, writesOf } from "./bank-operations.js";

/** An account is at least at this version, as an operation showed. */
export interface Mark {
  readonly version: number;
  readonly shownBy: BankOperation;
}

/** By the accounts' positions. Undefined: for all that is known, it is not opened yet. */
export type Frontier = readonly (Mark | undefined)[];

/** What an operation left in an account, if it took place. */
export interface Entry {
  readonly position: number;
  readonly balance: number;
  /** 1 for the first, then one more than what it replaced; undefined where that is not known. */
  readonly version: number | undefined;
}

export interface Writer {
  readonly operation: BankOperation;
  readonly entries: readonly Entry[];
  /** Whoever sees anything that it left must see all accounts at least so far. */
  readonly needs: Frontier;
}

/** Why it cannot be that all of these took place. */
export interface Clash {
  /** Both replaced the same, or the second replaced what the first did not write. */
  readonly type: "fork" | "unwritten";
  readonly account: string;
  readonly operations: readonly [BankOperation, BankOperation];
}

/**
 * Who wrote what, and in which order: since each transfer names what it replaces in both accounts,
 * an account's versions make a chain, and nothing that etcd says of itself is needed to know it.
 */
export interface Ledger {
  /** To be called in the order of invocations. `known`: what was known when it was invoked. */
  enter(operation: BankOperation, known: Frontier): void;
  writer(id: number): Writer | undefined;
  positionOf(account: string): number | undefined;
  /** Takes note that it took place, and so did all whose balances it replaced, and so on. */
  readonly takePlace: (writer: Writer) => Clash[];
}

export function newLedger(bank: Bank): Ledger {
  const positions = new Map(bank.accounts.map((account, position) => [account, position]));
  const writers = new Map<number, Writer>();
  const tookPlace = new Set<Writer>();
  /** By account: who replaced what somebody left. */
  const replaced = bank.accounts.map(() => new Map<number | undefined, Writer>());

  function versionUpon(position: number, upon: number | undefined): number | undefined {
    if (upon === undefined) return 1;
    const left = writers.get(upon)?.entries.find((entry) => entry.position === position)?.version;
    return left === undefined ? undefined : left + 1;
  }

  function entriesOf({ input }: BankOperation): Entry[] {
    return writesOf(input, bank).flatMap(({ account, balance, upon }) => {
      const position = positions.get(account);
      if (position === undefined) return [];
      return [{ position, balance, version: versionUpon(position, upon) }];
    });
  }

  function replace(account: string, upon: number | undefined, by: Writer): Clash | undefined {
    const successors = replaced[positions.get(account) ?? -1];
    const other = successors?.get(upon);
    if (!other) successors?.set(upon, by);
    return other && { type: "fork", account, operations: [other.operation, by.operation] };
  }

  return {
    enter(operation, known) {
      const { input } = operation;
      if (input.f === "read") return;
      const entries = entriesOf(operation);
      const upon = writesOf(input, bank).map((write) => write.upon);
      const before = upon.map((id) => (id === undefined ? [] : (writers.get(id)?.needs ?? [])));
      const own = frontierOf(bank, entries, operation);
      writers.set(input.id, { operation, entries, needs: [...before, known].reduce(join, own) });
    },
    writer: (id) => writers.get(id),
    positionOf: (account) => positions.get(account),
    takePlace(writer) {
      const clashes: Clash[] = [];
      const next = [writer];
      for (let last = next.pop(); last; last = next.pop()) {
        if (tookPlace.has(last)) continue;
        tookPlace.add(last);
        for (const { account, upon } of writesOf(last.operation.input, bank)) {
          const fork = replace(account, upon, last);
          if (fork) clashes.push(fork);
          const before = upon === undefined ? undefined : writers.get(upon);
          if (!before) continue;
          if (whyNotWritten(before.operation) === undefined) next.push(before);
          else {
            const operations = [before.operation, last.operation] as const;
            clashes.push({ type: "unwritten", account, operations });
          }
        }
      }
      return clashes;
    },
  };
}

/** Where an operation that left or saw these entries shows the accounts to be. */
export function frontierOf(
  { accounts }: Bank,
  entries: readonly Entry[],
  shownBy: BankOperation,
): Frontier {
  const marks = accounts.map((): Mark | undefined => undefined);
  for (const { position, version } of entries) {
    if (version !== undefined) marks[position] = { version, shownBy };
  }
  return marks;
}

/** The farther of both in each account; the first itself where the other adds nothing. */
export function join(one: Frontier, other: Frontier): Frontier {
  if (behind(one, other) === undefined) return one;
  return one.map((mark, i) => {
    const theirs = other[i];
    return theirs && theirs.version > (mark?.version ?? 0) ? theirs : mark;
  });
}

/** The first account in which one is not as far as the other, if any. */
export function behind(one: Frontier, other: Frontier): number | undefined {
  const position = other.findIndex((mark, i) => (mark?.version ?? 0) > (one[i]?.version ?? 0));
  return position === -1 ? undefined : position;
}
