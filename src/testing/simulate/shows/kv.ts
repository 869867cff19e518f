import { isDeepStrictEqual } from "node:util";
import {
  isSerializable,
  type KvOperation,
  revisionMadeBy,
  type Sighting,
  sightingsIn,
} from "../../../checkers/kv/kv-operation.js";
import type { Command } from "../../../cluster/simulated/store/command.js";
import { Store } from "../../../cluster/simulated/store/store.js";
import type { KeyValue } from "../../../core/client.js";
import type { Operation } from "../../../core/operation.js";
import type { KvInput } from "../../../models/etcd/requests.js";
import type { Shows } from "./shows.js";

/** By checker. */
export const kvShows: Readonly<Record<string, Shows>> = {
  "kv-linearizable": ({ operations }, named) => {
    const all = operations as KvOperation[];
    const culprit = (named as KvOperation[]).at(-1);
    return culprit && (isOutOfTime(all, culprit) || contradictsAStore(all, culprit));
  },
  "kv-revisions": (_, named) => {
    const own = named as KvOperation[];
    return own.some((one) => isOutOfTime(own, one) || isOfTheFuture(own, one)) || showTwo(own);
  },
};

/** What it was told was over before it asked, or somebody else made the same revision. */
function isOutOfTime(operations: readonly KvOperation[], later: KvOperation): boolean {
  const revision = revisionOf(later);
  const made = revisionMadeBy(later);
  if (revision === 0 || isSerializable(later)) return false;
  return operations.some((earlier) => {
    if (earlier === later) return false;
    if (made !== undefined && revisionMadeBy(earlier) === made) return true;
    const isBefore = (earlier.completedIndex ?? Infinity) < later.index;
    return isBefore && revisionOf(earlier) > (made === undefined ? revision : made - 1);
  });
}

/** A key younger than the answer, or a revision that was asked for only after the answer. */
function isOfTheFuture(named: readonly KvOperation[], one: KvOperation): boolean {
  if (sightingsIn(one).some(({ kv, at }) => kv.modRevision > at)) return true;
  if (!isSerializable(one)) return false;
  return named.some((maker) => maker.index > (one.completedIndex ?? Infinity));
}

/** Two show the same key in two ways at one revision, or one misses what the other shows. */
function showTwo(named: readonly KvOperation[]): boolean {
  const shown = named.flatMap(sightingsIn);
  const areTwo = shown.some((one) =>
    shown.some(
      (other) =>
        one.kv.key === other.kv.key &&
        areOther(one.kv, other.kv) &&
        one.kv.modRevision <= other.kv.modRevision &&
        other.kv.modRevision <= one.at,
    ),
  );
  return areTwo || named.some((one) => shown.some((other) => misses(one, other)));
}

/** A value may have been left out of one of them. */
function areOther(one: KeyValue, other: KeyValue): boolean {
  const value = one.value === "" || other.value === "" ? one.value : other.value;
  return !isDeepStrictEqual(one, { ...other, value });
}

function misses({ input, outcome }: KvOperation, { kv, at }: Sighting): boolean {
  if (input.f !== "range" || outcome.type !== "ok" || !("kvs" in outcome.output)) return false;
  const { revision, kvs } = outcome.output;
  const { key, rangeEnd = "", revision: asked = 0 } = input.request;
  const asOf = asked > 0 ? asked : revision;
  const isWanted = rangeEnd === "" ? kv.key === key : kv.key >= key && kv.key < rangeEnd;
  const isThere = kv.modRevision <= asOf && asOf <= at;
  return isWanted && isThere && !kvs.some((one) => one.key === kv.key);
}

/** 0 where an answer tells none. */
function revisionOf({ outcome }: Operation): number {
  return outcome.type === "ok" ? (outcome.header?.revision ?? 0) : 0;
}

/**
 * Whether a store that makes all writes up to the culprit's revision in their order answers any of
 * them otherwise. Undefined where it does not, but somebody unknown made some of the revisions.
 */
function contradictsAStore(
  operations: readonly KvOperation[],
  culprit: KvOperation,
): boolean | undefined {
  if (culprit.outcome.type !== "ok" || revisionOf(culprit) === 0) return undefined;
  const made = revisionMadeBy(culprit);
  const until = made === undefined ? revisionOf(culprit) : made - 1;
  const store = Store.empty(new Set());
  for (const { input } of operations) {
    if (input.f === "grant") store.apply({ type: "lease-grant", ...input.request });
  }
  const first = operations.find((operation) => revisionMadeBy(operation) !== undefined);
  const from = first ? (revisionMadeBy(first) ?? 1) : 1;
  for (let at = store.revision + 1; at < from; at++) {
    store.apply({ type: "put", request: { key: "other", value: "" } });
  }
  const writes = operations
    .filter((operation) => operation !== culprit && changes(operation, until))
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
  let isWhole = true;
  for (const write of writes) {
    const isNext = store.revision + 1 === revisionMadeBy(write);
    const answer = ask(store, write.input);
    isWhole &&= isNext;
    if (isWhole && isOther(write, answer)) return true;
  }
  if (isOther(culprit, ask(store, culprit.input))) return true;
  return isWhole && store.revision === revisionOf(culprit) ? false : undefined;
}

function isOther({ outcome }: KvOperation, answer: object | undefined): boolean {
  return outcome.type === "ok" && !isDeepStrictEqual(withoutRevision(outcome.output), answer);
}

function changes(operation: KvOperation, until: number): boolean {
  const isRevoked = operation.input.f === "revoke" && revisionOf(operation) > 0;
  return (isRevoked || revisionMadeBy(operation) !== undefined) && revisionOf(operation) <= until;
}

function withoutRevision(output: object): object {
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== "revision"));
}

function ask(store: Store, input: KvInput): object | undefined {
  if (input.f === "range") return store.range(input.request);
  const applied = store.apply(commandOf(input));
  return "response" in applied ? applied.response : {};
}

function commandOf(input: Exclude<KvInput, { readonly f: "range" }>): Command {
  switch (input.f) {
    case "put":
      return { type: "put", request: input.request };
    case "delete":
      return { type: "delete-range", request: input.request };
    case "txn":
      return { type: "txn", request: input.request };
    case "compact":
      return { type: "compact", revision: input.request.revision };
    case "grant":
      return { type: "lease-grant", ...input.request };
    case "revoke":
      return { type: "lease-revoke", id: input.request.id };
  }
}
