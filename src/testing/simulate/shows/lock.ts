import type {
  HolderInput,
  HolderOperation,
  HolderOutput,
} from "../../../checkers/lock/holder-operation.js";
import type { History } from "../../../core/history.js";
import type { Shows } from "./shows.js";

/** By checker. */
export const lockShows: Readonly<Record<string, Shows>> = {
  "lock-exclusion": asHolders(excludeEachOther),
  "lock-fencing": asHolders(breakTheFence),
  "lock-safety": asHolders(loseAnUpdate),
  "election-exclusion": asHolders(excludeEachOther),
  "election-fencing": asHolders(breakTheFence),
  "election-safety": asHolders(loseAnUpdate),
};

type Named = readonly HolderOperation[];
type Look = (all: Named, named: Named, about: { message: string; history: History }) => boolean;

function asHolders(look: Look): Shows {
  return (history, named, { message }) =>
    look(history.operations as Named, named as Named, { message, history });
}

/** The holder whose hold is in question was certain of it when the last of them was answered. */
function excludeEachOther(all: Named, named: Named, { history }: { history: History }): boolean {
  const told = named.filter((operation) => nameOf(operation) !== undefined);
  const [won, last] = told.toSorted((one, two) => endOf(one) - endOf(two));
  if (!won || !last || !isCertain(all, { won, until: last, history })) return false;
  const answer = answerOf(last);
  const own = heldBy(won)?.key;
  if (answer?.type === "held") return answer.holder.key !== own && nameOf(last) === nameOf(won);
  const isAskedMeanwhile = last.index > endOf(won) && nameOf(last) === nameOf(won);
  return isAskedMeanwhile && (answer?.type === "nobody" || keyOf(answer) !== own);
}

interface Span {
  readonly won: HolderOperation;
  readonly until: HolderOperation;
  readonly history: History;
}

function isCertain(all: Named, { won, until, history }: Span): boolean {
  const holder = heldBy(won);
  if (!holder) return false;
  const isLetGo = all.some(
    ({ input, index, outcome }) =>
      outcome.type !== "fail" &&
      index < endOf(until) &&
      ((input.f === "revoke" && input.lease === holder.lease) ||
        ((input.f === "unlock" || input.f === "resign") && input.by.key === holder.key)),
  );
  const rates = history.faults.map(({ spec }) => {
    const { skew } = spec as { readonly skew?: { readonly rate: number } };
    return skew?.rate ?? 1;
  });
  const fastest = Math.max(1, ...rates);
  const isLeased = all.some((operation) => {
    const answer = answerOf(operation);
    const { input } = operation;
    const isItsOwn =
      (answer?.type === "granted" && answer.lease === holder.lease) ||
      (input.f === "keepalive" && input.lease === holder.lease);
    const ttl = answer?.type === "granted" || answer?.type === "renewed" ? answer.ttl : 0;
    const leftNs = operation.invokedAtNs + (ttl * 1e9) / fastest - (until.completedAtNs ?? 0);
    return isItsOwn && leftNs > 0;
  });
  return !isLetGo && isLeased;
}

function breakTheFence(all: Named, named: Named, about: { message: string }): boolean {
  const [first, second, third = second] = named;
  if (!first || !second || !third) return false;
  const { message } = about;
  if (message.includes("known to be gone")) {
    const [release, last] = named.slice(-2);
    if (!release || !last) return false;
    const isOver = release.outcome.type === "ok" && endOf(release) < last.index;
    const key = turnOf(all, last)?.key;
    const won = all.find((operation) => heldBy(operation)?.key === key);
    const released = releasedBy(release.input);
    return isOver && won !== undefined && (released === key || released === heldBy(won)?.lease);
  }
  if (message.includes("told that it was not written")) {
    const isNotDone = first.outcome.type === "fail" || answerOf(first)?.type === "refused";
    return isNotDone && valueOf(second) === valueOf(first);
  }
  if (message.includes("of which it did not know")) return loseAnUpdate(all, named);
  if (message.includes("did not find")) {
    const read = named.at(-1);
    const answer = read && answerOf(read);
    const written = turnOf(all, first)?.revision ?? Infinity;
    if (answer?.type !== "found") return false;
    return written <= answer.revision && written > answer.modRevision;
  }
  const [one, two, three] = [first, second, third].map((operation) => turnOf(all, operation));
  if (!one || !two || !three) return false;
  if (message.includes("had its turn")) {
    const created = (key: string) => createdAt(all, key);
    return one.revision < two.revision && created(one.key) > created(two.key);
  }
  // Of three the first and the last are one's; of two the one's first and last are the same.
  if (named.length === 2) return one.key !== two.key && one.revision === two.revision;
  const isBetween = one.revision <= two.revision && two.revision <= three.revision;
  return isBetween && one.key === three.key && one.key !== two.key;
}

/** What it knew, another's write, and its own write after that. */
function loseAnUpdate(all: Named, named: Named): boolean {
  const [basis, lost] = named;
  const write = named.at(-1);
  if (!basis || !lost || !write) return false;
  const answer = answerOf(basis);
  const known = answer?.type === "found" ? answer.modRevision : turnOf(all, basis)?.revision;
  const between = turnOf(all, lost);
  const own = turnOf(all, write);
  if (known === undefined || !between || !own) return false;
  return known < between.revision && between.revision < own.revision && between.key !== own.key;
}

interface Turn {
  readonly key: string;
  readonly revision: number;
}

/** Whose turn an operation shows and when; of a write that was not answered by whoever saw it. */
function turnOf(all: Named, operation: HolderOperation): Turn | undefined {
  const answer = answerOf(operation);
  if (answer?.type === "owner") return { key: answer.key, revision: answer.revision };
  const { input } = operation;
  if (!("by" in input)) return undefined;
  const { key } = input.by;
  if (answer?.type === "found" || answer?.type === "written") {
    return { key, revision: answer.revision };
  }
  for (const other of all) {
    const seen = answerOf(other);
    const isSeen = seen?.type === "found" && input.f === "write" && seen.value === input.value;
    if (isSeen) return { key, revision: seen.modRevision };
  }
  return undefined;
}

function createdAt(all: Named, key: string): number {
  for (const operation of all) {
    const answer = answerOf(operation);
    if (answer?.type === "owner" && answer.key === key) return answer.createRevision;
    if (answer?.type === "held" && answer.holder.key === key && answer.holder.createRevision) {
      return answer.holder.createRevision;
    }
  }
  return Number.NaN;
}

function releasedBy(input: HolderInput): string | undefined {
  if (input.f === "revoke") return input.lease;
  return input.f === "unlock" || input.f === "resign" ? input.by.key : undefined;
}

function valueOf(operation: HolderOperation): unknown {
  const answer = answerOf(operation);
  if (answer?.type === "found") return answer.value;
  return "value" in operation.input ? operation.input.value : undefined;
}

function heldBy(operation: HolderOperation) {
  const answer = answerOf(operation);
  return answer?.type === "held" ? answer.holder : undefined;
}

function keyOf(answer: HolderOutput | undefined): string | undefined {
  return answer?.type === "owner" ? answer.key : undefined;
}

function nameOf({ input }: HolderOperation): string | undefined {
  return "name" in input ? input.name : undefined;
}

function answerOf({ outcome }: HolderOperation): HolderOutput | undefined {
  return outcome.type === "ok" ? outcome.output : undefined;
}

function endOf({ completedIndex, index }: HolderOperation): number {
  return completedIndex ?? index;
}
