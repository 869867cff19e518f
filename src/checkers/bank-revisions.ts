import type { Checker, Finding, Verdict } from "../core/checker.js";
import { plural } from "../core/plural.js";
import {
  accountsIn,
  type Bank,
  type BankInput,
  type BankOperation,
  type BankOutput,
  wasApplied,
  writesOf,
} from "./bank-operations.js";
import { startPace } from "./bank-pace.js";
import { who } from "./words.js";

/**
 * What etcd says of its revisions agrees with what it says of balances: what one transaction wrote
 * has one mod_revision in all accounts and all answers, no two have the same, and the answer at a
 * revision finds of each account the newest one up to it. A second opinion beside `bank`, which
 * does without revisions: it can tell of an order where values tell nothing.
 *
 * Source: https://etcd.io/docs/v3.5/learning/data_model/ (each atomic mutative operation makes a
 * new revision of the whole key space) and https://etcd.io/docs/v3.5/learning/api/ (the header's
 * revision is that of the store when the answer was made; every request sees one snapshot).
 */
export function bankRevisions(rules: Bank): Checker<BankInput, BankOutput> {
  return {
    async check({ operations }, context) {
      const pace = startPace(context);
      const books = newBooks(rules);
      const isWhole =
        (await pace.through(operations, books.enter)) &&
        (await pace.through(operations, books.compare));
      return verdictOf(books, isWhole ? undefined : pace.inWords());
    },
  };
}

/** A revision at which something was written, and who said so first. */
interface Claim {
  readonly revision: number;
  readonly by: number;
  readonly operation: BankOperation;
}

interface Books {
  readonly findings: readonly Finding[];
  readonly answers: number;
  readonly contradictions: number;
  /** Takes in what an operation says. */
  readonly enter: (operation: BankOperation) => void;
  /** Holds an answer against all that was taken in. */
  readonly compare: (operation: BankOperation) => void;
}

const mostShown = 10;

function newBooks(rules: Bank): Books {
  const ofWriter = new Map<number, Claim>();
  const atRevision = new Map<number, Claim>();
  const ofAccount = new Map(rules.accounts.map((account) => [account, new Map<number, Claim>()]));
  /** Ascending; made when all is taken in. */
  const inOrder = new Map<string, readonly number[]>();
  const findings: Finding[] = [];
  const told = new Set<string>();
  const counts = { answers: 0, contradictions: 0 };

  function tell(message: string, operations: readonly BankOperation[]): void {
    counts.contradictions += 1;
    if (findings.length === mostShown) return;
    const indexes = new Set(operations.map(({ index }) => index));
    findings.push({ message, operations: [...indexes] });
  }

  /** Once, in however many accounts and answers it shows. */
  function contradict(one: Claim, other: Claim, rule: string): void {
    const pair = `${other.by} ${other.revision}`;
    if (told.has(pair)) return;
    told.add(pair);
    tell(`${inWords(one)}, and ${inWords(other)}, although ${rule}`, [
      one.operation,
      other.operation,
    ]);
  }

  function claim(account: string, { by, revision, operation }: Claim): void {
    const before = ofWriter.get(by);
    const other = atRevision.get(revision);
    if (before && before.revision !== revision) {
      contradict(before, { by, revision, operation }, "it was written once");
    }
    if (other && other.by !== by) {
      contradict(other, { by, revision, operation }, "one revision is one transaction");
    }
    const made = { by, revision, operation };
    if (!before) ofWriter.set(by, made);
    if (!other) atRevision.set(revision, made);
    const versions = ofAccount.get(account);
    if (versions && !versions.has(revision)) versions.set(revision, made);
  }

  function revisionsOf(account: string): readonly number[] {
    const known = inOrder.get(account);
    if (known) return known;
    const sorted = [...(ofAccount.get(account)?.keys() ?? [])].sort((a, b) => a - b);
    inOrder.set(account, sorted);
    return sorted;
  }

  return {
    findings,
    get answers() {
      return counts.answers;
    },
    get contradictions() {
      return counts.contradictions;
    },
    enter(operation) {
      const { input, outcome } = operation;
      if (outcome.type !== "ok") return;
      counts.answers += 1;
      for (const found of accountsIn(operation) ?? []) {
        if ("text" in found) continue;
        claim(found.key, { by: found.by, revision: found.modRevision, operation });
      }
      if (input.f === "read" || !wasApplied(operation) || !("revision" in outcome.output)) return;
      const { revision } = outcome.output;
      for (const { account } of writesOf(input, rules)) {
        claim(account, { by: input.id, revision, operation });
      }
      if (input.f === "open") return;
      const replaced = Math.max(input.expected.from.modRevision, input.expected.to.modRevision);
      if (replaced < revision) return;
      tell(
        `${who(operation)} wrote at mod_revision ${revision} what replaced something written at ${replaced}`,
        [operation],
      );
    },
    compare(operation) {
      const found = accountsIn(operation);
      const at = operation.outcome.type === "ok" ? operation.outcome.header?.revision : undefined;
      if (!found || at === undefined) return;
      for (const account of rules.accounts) {
        const shown = found.find(({ key }) => key === account)?.modRevision ?? 0;
        const newest = newestUpTo(at, revisionsOf(account));
        const claimed = ofAccount.get(account)?.get(newest);
        if (shown > at) {
          tell(
            `${who(operation)} found ${account} as written at mod_revision ${shown} in an answer of revision ${at}`,
            [operation],
          );
        } else if (shown < newest && claimed) {
          tell(
            `${who(operation)} found ${account} ${asOf(shown)} in an answer of revision ${at}, although ${who(claimed.operation)} showed it to be written again at ${newest}`,
            [claimed.operation, operation],
          );
        }
      }
    },
  };
}

/** "process 3 on n2 showed what 17 wrote at mod_revision 12". */
function inWords({ by, revision, operation }: Claim): string {
  return `${who(operation)} showed what ${by} wrote at mod_revision ${revision}`;
}

function asOf(revision: number): string {
  return revision === 0 ? "not opened" : `as written at mod_revision ${revision}`;
}

/** 0 where there is none. */
function newestUpTo(limit: number, ascending: readonly number[]): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1] ?? 0;
}

function verdictOf({ findings, answers, contradictions }: Books, ending?: string): Verdict {
  const details = { answers, contradictions };
  if (contradictions > 0) {
    const limit =
      contradictions > findings.length ? ` The first ${findings.length} are shown.` : "";
    const summary = `Revisions and balances contradict each other ${plural(contradictions, "time")} in ${plural(answers, "answer")}.${limit}`;
    return { validity: "invalid", summary, findings, details };
  }
  if (ending !== undefined) {
    const summary = `Nothing wrong was found in ${plural(answers, "answer")}, but not all could be looked at. ${ending}`;
    return { validity: "unknown", summary, findings: [], details };
  }
  const summary = `Revisions and balances agree in ${plural(answers, "answer")}.`;
  return { validity: "valid", summary, findings: [], details };
}
