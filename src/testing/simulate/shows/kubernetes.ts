import {
  type KubernetesInput,
  type KubernetesOperation,
  type KubernetesOutput,
  pageOf,
} from "../../../checkers/kubernetes/kubernetes-operation.js";
import { messagesOf } from "../../../checkers/watch/watch-part.js";
import type { History } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import {
  kubernetesObjectModel,
  type ObjectInput,
  type ObjectOutput,
} from "../../../models/kubernetes-object.js";
import { hasOrder } from "../../linearizability-oracle.js";
import type { Shows } from "./shows.js";

/** By checker. */
export const kubernetesShows: Readonly<Record<string, Shows>> = {
  "kubernetes-object": (_, named) => (named.length > 9 ? undefined : haveNoOrder(named)),
  "kubernetes-list": (history, named, { message }) =>
    message.includes("compact")
      ? undefined
      : contradict(history, named) || leaveAGap(named) || showTheFuture(named),
  "kubernetes-cache": (history, named) => contradict(history, named),
  "resource-version": (history, named) => runBackwards(history, named),
};

/** A list at one revision shows what was put at a later one. */
function showTheFuture(named: readonly Operation[]): boolean {
  return (named as readonly KubernetesOperation[]).some((operation) => {
    const page = pageOf(operation);
    return page?.kvs.some(({ modRevision }) => modRevision > page.revision) === true;
  });
}

/** What the second page counts is not what the first one left. */
function leaveAGap(named: readonly Operation[]): boolean {
  const [first, second] = (named as readonly KubernetesOperation[]).map(pageOf);
  return !!first && !!second && second.count !== first.count - first.kvs.length;
}

function haveNoOrder(named: readonly Operation[]): boolean {
  const recorded = named.map(({ index, completedIndex, input, outcome }) => ({
    input: input as ObjectInput,
    call: index,
    ...(outcome.type === "ok" &&
      completedIndex !== undefined && {
        output: outcome.output as ObjectOutput,
        return: completedIndex,
      }),
  }));
  return recorded.length > 0 && !hasOrder(kubernetesObjectModel, recorded);
}

/** One client was told of a revision, and then of an older one, or wrote at one that is not newer. */
function runBackwards({ header }: History, [earlier, later]: readonly Operation[]): boolean {
  if (!earlier || later?.outcome.type !== "ok") return false;
  if (earlier.process % header.concurrency !== later.process % header.concurrency) return false;
  const told = [
    ...messagesOf(earlier).flatMap(({ revision, events }) => [
      revision,
      ...events.map(({ kv }) => kv.modRevision),
    ]),
    ...(earlier.outcome.type === "ok" ? [earlier.outcome.header?.revision ?? 0] : []),
  ];
  const output = later.outcome.output as KubernetesOutput;
  const least = Math.max(...told) + ("done" in output && output.done ? 1 : 0);
  const isBefore = (earlier.completedIndex ?? Infinity) < later.index;
  return isBefore && (later.outcome.header?.revision ?? Infinity) < least;
}

/** That the object was put or deleted at the revision. */
interface Change {
  readonly key: string;
  readonly at: number;
  readonly value: string | null;
}

/** That all changes of some keys from one revision to another, both included, are these. */
interface Account {
  readonly covers: (key: string) => boolean;
  readonly first: number;
  readonly last: number;
  readonly changes: readonly Change[];
}

/** The same, as each operation tells by itself; a read tells that nothing came after what it found. */
function factsOf(operation: KubernetesOperation): {
  readonly changes: readonly Change[];
  readonly accounts: readonly Account[];
} {
  const { input, outcome } = operation;
  if (input.f === "watch") {
    const messages = messagesOf(operation);
    const changes = messages.flatMap(({ events }) =>
      events.map(({ type, kv }) => changeOf(kv, type === "put" ? kv.value : null)),
    );
    const last = Math.max(input.startRevision - 1, ...changes.map(({ at }) => at));
    const covers = (key: string) => key >= input.key && key < input.rangeEnd;
    return { changes, accounts: [{ covers, first: input.startRevision, last, changes }] };
  }
  const page = pageOf(operation);
  if (page) {
    const changes = page.kvs.map((kv) => changeOf(kv, kv.value));
    const accounts = changes.map((change) => standing(change, page.revision));
    return { changes, accounts };
  }
  if (outcome.type !== "ok" || !("key" in input) || input.f === "list") return noFacts;
  const { output } = outcome;
  if ("done" in output && output.done) {
    const { key } = input;
    const at = output.revision;
    const change = { key, at, value: "value" in input ? input.value : null };
    if (!("believed" in input)) return { changes: [change], accounts: [] };
    const { modRevision, value } = input.believed;
    return { changes: [change], accounts: [standing({ key, at: modRevision, value }, at - 1)] };
  }
  if (!("found" in output) || !output.found) return noFacts;
  const change = changeOf({ ...output.found, key: input.key }, output.found.value);
  return { changes: [change], accounts: [standing(change, outcome.header?.revision ?? 0)] };
}

const noFacts = { changes: [], accounts: [] };

function changeOf(
  { key, modRevision }: { readonly key: string; readonly modRevision: number },
  value: string | null,
): Change {
  return { key, at: modRevision, value };
}

function standing(change: Change, last: number): Account {
  return { covers: (key) => key === change.key, first: change.at, last, changes: [change] };
}

/** Each two of them are held against each other, whatever the finding says. */
function contradict(history: History, named: readonly Operation[]): boolean {
  const all = history.operations as readonly KubernetesOperation[];
  const operations = named as readonly KubernetesOperation[];
  const facts = operations.map(factsOf);
  const changes = facts.flatMap((fact) => fact.changes);
  const accounts = facts.flatMap((fact) => fact.accounts);
  return (
    changes.some((one) => changes.some((other) => differ(one, other))) ||
    accounts.some((account) => changes.some((change) => leavesOut(account, change))) ||
    accounts.some((account) => account.first > account.last + 1) ||
    operations.some((operation) => lacks(all, operation, { changes, accounts })) ||
    operations.some((operation) => showsWhatNobodyWrote(all, operation)) ||
    repeatsOrMisses(operations)
  );
}

function differ(one: Change, other: Change): boolean {
  return one.key === other.key && one.at === other.at && one.value !== other.value;
}

function leavesOut({ covers, first, last, changes }: Account, change: Change): boolean {
  const isWithin = covers(change.key) && change.at >= first && change.at <= last;
  return isWithin && !changes.some(({ key, at }) => key === change.key && at === change.at);
}

interface Absence {
  readonly key: string;
  readonly at: number;
}

/** A page leaves out what it does not show; a creation found nothing. */
function absencesIn(operation: KubernetesOperation, changes: readonly Change[]): Absence[] {
  const { input, outcome } = operation;
  const page = pageOf(operation);
  if (page) {
    const end = page.more ? (page.kvs.at(-1)?.key ?? "") : page.input.rangeEnd;
    const keys = changes.map(({ key }) => key).filter((key) => key >= page.input.key && key < end);
    const absent = keys.filter((key) => !page.kvs.some((kv) => kv.key === key));
    return absent.map((key) => ({ key, at: page.revision }));
  }
  if (outcome.type !== "ok" || !("key" in input)) return [];
  const { output } = outcome;
  const { key } = input;
  if ("found" in output && output.found === null) {
    return [{ key, at: outcome.header?.revision ?? 0 }];
  }
  if (input.f !== "create" || !("done" in output) || !output.done) return [];
  return [{ key, at: output.revision - 1 }];
}

/** It says that an object was not there that was: nothing ended it until then, or nobody can have. */
function lacks(
  all: readonly KubernetesOperation[],
  operation: KubernetesOperation,
  {
    changes,
    accounts,
  }: { readonly changes: readonly Change[]; readonly accounts: readonly Account[] },
): boolean {
  return absencesIn(operation, changes).some(({ key, at }) => {
    const before = changes.filter((change) => change.key === key && change.at <= at);
    const [last] = before.sort((a, b) => b.at - a.at);
    if (!last || last.value === null) return false;
    const isKnown = isCovered({ key, first: last.at, last: at }, accounts);
    return isKnown || !all.some((other) => mayEnd(other, { key, at: last.at, operation }));
  });
}

/** All changes of the key between the two revisions are told by one account or the other. */
function isCovered(
  { key, first, last }: { readonly key: string; readonly first: number; readonly last: number },
  accounts: readonly Account[],
): boolean {
  let next = first;
  for (const account of accounts.toSorted((a, b) => a.first - b.first)) {
    if (account.covers(key) && account.first <= next) next = Math.max(next, account.last + 1);
  }
  return next > last;
}

function mayEnd(
  { input, outcome, index }: KubernetesOperation,
  of: { readonly key: string; readonly at: number; readonly operation: KubernetesOperation },
): boolean {
  if (input.f !== "delete" || input.key !== of.key || outcome.type === "fail") return false;
  if (outcome.type === "ok" && !("done" in outcome.output && outcome.output.done)) return false;
  return input.believed.modRevision === of.at && index < (of.operation.completedIndex ?? Infinity);
}

function showsWhatNobodyWrote(
  all: readonly KubernetesOperation[],
  operation: KubernetesOperation,
): boolean {
  const { changes } = factsOf(operation);
  if (operation.input.f !== "list" && operation.input.f !== "watch") return false;
  return changes.some(
    (change) => change.value !== null && !all.some((write) => mayHaveMade(write, change)),
  );
}

function mayHaveMade(
  { input, outcome }: Operation<KubernetesInput, KubernetesOutput>,
  change: Change,
) {
  if (!("value" in input) || input.value !== change.value || input.key !== change.key) return false;
  if (outcome.type !== "ok") return outcome.type === "info";
  return "done" in outcome.output && outcome.output.done && outcome.output.revision === change.at;
}

/** A cache that is kept from the named pages and watches alone meets an event that cannot be next. */
function repeatsOrMisses(named: readonly KubernetesOperation[]): boolean {
  const versions = new Map<string, number>();
  let newest = 0;
  let isWrong = false;
  for (const operation of [...named].sort((a, b) => a.index - b.index)) {
    const page = pageOf(operation);
    if (page) newest = page.revision;
    for (const { key, version } of page?.kvs ?? []) versions.set(key, version);
    if (operation.input.f !== "watch") continue;
    for (const { type, kv, prevKv } of messagesOf(operation).flatMap(({ events }) => events)) {
      const version = versions.get(kv.key) ?? 0;
      const next = type === "put" ? kv.version : 0;
      const follows = type === "put" ? next === version + 1 : version > 0;
      const agrees = prevKv === undefined || prevKv.version === version;
      isWrong ||= kv.modRevision <= newest || !follows || !agrees;
      newest = Math.max(newest, kv.modRevision);
      versions.set(kv.key, next);
    }
  }
  return isWrong;
}
