import { contentsOf, type Contents, type Trouble } from "./bank-contents.js";
import {
  behind,
  type Clash,
  type Frontier,
  frontierOf,
  join,
  newLedger,
  type Writer,
} from "./bank-ledger.js";
import {
  accountsIn,
  type Bank,
  type BankOperation,
  wasApplied,
  whyNotWritten,
} from "./bank-operations.js";
import { spanOf, who } from "./words.js";

/** Looks at a history from its beginning to its end. */
export interface Audit {
  invoked(operation: BankOperation): void;
  /** Returns what it shows that cannot be. Only for operations that ended ok. */
  answered(operation: BankOperation): readonly Trouble[];
  /** What only shows when all is known. */
  ended(): readonly Trouble[];
  /** Operations of which it cannot be told when they took place: something before them is missing. */
  readonly unplaced: number;
  readonly reads: number;
  readonly transfers: number;
}

/** A state of all accounts that a read saw. */
interface Sight {
  readonly frontier: Frontier;
  readonly seenBy: BankOperation;
}

/**
 * Whether the operations can be put into an order, in agreement with real time, in which each finds
 * what those before it left. Exact, as long as accounts have one chain of versions each. Such an
 * order there is if and only if
 * - each read sees, with whatever it sees, all that this needs: what it replaced, what that needed,
 *   and all that was known when it was invoked;
 * - each read sees all that was known when it was invoked itself; and
 * - of any two reads one sees all that the other does.
 * Known is what an answer showed. That nothing is seen before it was invoked follows from the order
 * in which writers are entered.
 */
export function newAudit(bank: Bank): Audit {
  const ledger = newLedger(bank);
  /** What was known when a read or transfer that is under way was invoked. */
  const knownBefore = new Map<number, Frontier>();
  /** By how many versions there are in all accounts together: equal ones must be the same. */
  const sights = new Map<number, Sight>();
  let known: Frontier = bank.accounts.map(() => undefined);
  let isTangled = false;
  const counts = { unplaced: 0, reads: 0, transfers: 0 };

  function takePlace(writer: Writer): Trouble[] {
    const clashes = ledger.takePlace(writer);
    if (clashes.length > 0) isTangled = true;
    return clashes.map(troubleOf);
  }

  function applied(operation: BankOperation): Trouble[] {
    const { input } = operation;
    const writer = input.f === "read" ? undefined : ledger.writer(input.id);
    if (!writer) return [];
    if (input.f === "transfer") counts.transfers += 1;
    const troubles = takePlace(writer);
    if (writer.entries.some(({ version }) => version === undefined)) counts.unplaced += 1;
    else if (!isTangled) known = join(known, writer.needs);
    return troubles;
  }

  function read(operation: BankOperation, contents: Contents, before: Frontier): Trouble[] {
    counts.reads += 1;
    const { entries, writers } = contents;
    const clashes = writers.flatMap(takePlace);
    const sight = { frontier: frontierOf(bank, entries, operation), seenBy: operation };
    const isPlaced = !isTangled && entries.every(({ version }) => version !== undefined);
    const half = isPlaced ? halfSeen(sight, writers, bank) : undefined;
    const troubles = [
      ...contents.troubles.map((trouble) =>
        trouble.kind === "wrong-total" && half ? explainedBy(half, trouble) : trouble,
      ),
      ...clashes,
      ...needlessRefusal(operation),
    ];
    if (troubles.length > 0) return troubles;
    if (!isPlaced) {
      if (!isTangled) counts.unplaced += 1;
      return [];
    }
    const trouble = stale(sight, before, bank) ?? half ?? meet(sight);
    if (trouble) return [trouble];
    known = join(known, sight.frontier);
    return [];
  }

  /** Two that saw equally many versions saw the same. */
  function meet(sight: Sight): Trouble | undefined {
    const versions = sight.frontier.reduce((sum, mark) => sum + (mark?.version ?? 0), 0);
    const other = sights.get(versions);
    if (!other) sights.set(versions, sight);
    return other && disorder(other, sight, bank);
  }

  return {
    invoked(operation) {
      ledger.enter(operation, known);
      if (accountsIn(operation)) knownBefore.set(operation.index, known);
    },
    answered(operation) {
      if (wasApplied(operation)) return applied(operation);
      const contents = contentsOf(operation, { bank, ledger });
      const before = knownBefore.get(operation.index);
      knownBefore.delete(operation.index);
      return contents && before ? read(operation, contents, before) : [];
    },
    ended() {
      if (isTangled) return [];
      const inOrder = [...sights].sort(([a], [b]) => a - b).map(([, sight]) => sight);
      return inOrder.flatMap((sight, i) => {
        const next = inOrder[i + 1];
        const trouble = next && disorder(sight, next, bank);
        return trouble ? [trouble] : [];
      });
    },
    get unplaced() {
      return counts.unplaced;
    },
    get reads() {
      return counts.reads;
    },
    get transfers() {
      return counts.transfers;
    },
  };
}

function troubleOf({ type, account, operations: [one, other] }: Clash): Trouble {
  const operations = [one, other].sort((a, b) => a.index - b.index);
  if (type === "fork") {
    const message = `${who(one)} and ${who(other)} both replaced the same balance of ${account}`;
    return { kind: "lost-update", message, operations };
  }
  const message = `${who(other)} replaced a balance of ${account} which ${who(one)} ${whyNotWritten(one) ?? ""}`;
  return { kind: "unwritten", message, operations };
}

/** The read in its stead was made at the moment at which it was refused. */
function needlessRefusal(operation: BankOperation): Trouble[] {
  const { input } = operation;
  const found = accountsIn(operation);
  if (!found || input.f === "read") return [];
  const revisionOf = (account: string) =>
    found.find(({ key }) => key === account)?.modRevision ?? 0;
  const asExpected =
    input.f === "open"
      ? found.length === 0
      : revisionOf(input.from) === input.expected.from.modRevision &&
        revisionOf(input.to) === input.expected.to.modRevision;
  if (!asExpected) return [];
  const what = input.f === "open" ? "no account was there" : "both accounts were as it expected";
  const message = `${who(operation)} was refused, although ${what}`;
  return [{ kind: "needless-refusal", message, operations: [operation] }];
}

/** Whose other half is missing. */
function explainedBy({ message, operations }: Trouble, wrong: Trouble): Trouble {
  return { ...wrong, operations, explanation: [...(wrong.explanation ?? []), `${message}.`] };
}

function stale({ frontier, seenBy }: Sight, before: Frontier, bank: Bank): Trouble | undefined {
  const position = behind(frontier, before);
  if (position === undefined) return undefined;
  const mark = before[position];
  if (!mark) return undefined;
  const { shownBy, version } = mark;
  const since = spanOf(seenBy.invokedAtNs - (shownBy.completedAtNs ?? shownBy.invokedAtNs));
  return {
    kind: "stale",
    message:
      `${who(seenBy)} found ${versionOf(frontier, position)} of ${bank.accounts[position] ?? ""}, ` +
      `although ${who(shownBy)} had shown version ${version} ${since} before`,
    operations: [shownBy, seenBy],
  };
}

function halfSeen(
  { frontier, seenBy }: Sight,
  writers: readonly Writer[],
  bank: Bank,
): Trouble | undefined {
  for (const { operation, needs, entries } of writers) {
    const position = behind(frontier, needs);
    const mark = position === undefined ? undefined : needs[position];
    if (position === undefined || !mark) continue;
    const [seen] = entries;
    return {
      kind: "half-seen",
      message:
        `${who(seenBy)} found what ${who(operation)} left in ${bank.accounts[seen?.position ?? 0] ?? ""}, ` +
        `but ${versionOf(frontier, position)} of ${bank.accounts[position] ?? ""}, ` +
        `which must have been at version ${mark.version} then`,
      operations: [...new Set([mark.shownBy, operation, seenBy])],
    };
  }
  return undefined;
}

function disorder(one: Sight, other: Sight, bank: Bank): Trouble | undefined {
  const ahead = behind(other.frontier, one.frontier);
  const back = behind(one.frontier, other.frontier);
  if (ahead === undefined || back === undefined) return undefined;
  const seen = ({ frontier }: Sight) =>
    [ahead, back]
      .map((p) => `${versionOf(frontier, p)} of ${bank.accounts[p] ?? ""}`)
      .join(" and ");
  return {
    kind: "no-order",
    message: `${who(one.seenBy)} found ${seen(one)}, and ${who(other.seenBy)} ${seen(other)}`,
    operations: [one.seenBy, other.seenBy],
  };
}

function versionOf(frontier: Frontier, position: number): string {
  const version = frontier[position]?.version;
  return version === undefined ? "nothing" : `version ${version}`;
}
