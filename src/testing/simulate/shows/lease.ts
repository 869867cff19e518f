import {
  answerOf,
  foundBy,
  type LeaseOperation,
  mayHaveHappened,
} from "../../../checkers/lease/lease-operation.js";
import type { History } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import type { Shows } from "./shows.js";

/** By checker. Each looks through all operations for whatever else could explain what is named. */
export const leaseShows: Readonly<Record<string, Shows>> = {
  "lease-kept": (history, named) => wasOverTooEarly(history, named),
  "lease-gone": (history, named) => {
    const last = asLease(named.at(-1));
    return leasesIn(history, last).some(
      (lease) =>
        showEnd(history, { named, lease, before: last.index }) ||
        isLongOverdue(history, { lease, last }),
    );
  },
  "lease-renewal": (history, named) => {
    const last = asLease(named.at(-1));
    const { input } = last;
    const answer = answerOf(last);
    if (input.f !== "renew" || !answer || !("renewed" in answer)) return false;
    const { lease } = input;
    return answer.renewed > 0 && showEnd(history, { named, lease, before: last.index });
  },
  "lease-atomic": (history, named) => {
    const read = named.map(asLease).find(({ input }) => input.f === "read");
    if (!read) return false;
    const there = leasesIn(history, read);
    return named
      .map(asLease)
      .some((put) => there.some((lease) => isMissing(history, lease, put, read)));
  },
  "lease-attach": (history, named) => {
    const last = asLease(named.at(-1));
    const { input } = last;
    if (input.f === "read") return foundBy(last).some((kv) => kv.lease !== leaseOf(history, kv));
    if (input.f !== "put" || input.lease === undefined) return false;
    if (isRefused(last)) return wasOverTooEarly(history, named);
    return showEnd(history, { named, lease: input.lease, before: last.index });
  },
};

/** The first promises a time, and the last shows that the lease was over before that. */
function wasOverTooEarly(history: History, named: readonly Operation[]): boolean {
  const [promise, last] = [asLease(named[0]), asLease(named.at(-1))];
  const answer = answerOf(promise);
  const { input } = promise;
  if (!answer || !("lease" in input)) return false;
  const { lease } = input;
  const seconds =
    "renewed" in answer ? answer.renewed : "granted" in answer ? answer.granted : -Infinity;
  const endNs = promise.invokedAtNs + seconds * 1e9;
  const { completedAtNs = Infinity, completedIndex = Infinity } = last;
  const isAsked = all(history).some(
    (one) =>
      one.input.f === "revoke" &&
      one.input.lease === lease &&
      mayHaveHappened(one) &&
      one.index < completedIndex,
  );
  const isOver =
    (isRefused(last) && "lease" in last.input && last.input.lease === lease) ||
    named.some((put) => isMissing(history, lease, asLease(put), last));
  return isOver && !isAsked && completedAtNs < endNs;
}

interface Question {
  readonly named: readonly Operation[];
  readonly lease: string;
  /** Position of an event. */
  readonly before: number;
}

/** Some of those named shows that the lease was over. */
function showEnd(history: History, { named, lease, before }: Question): boolean {
  return named.map(asLease).some((one) => {
    const answer = answerOf(one);
    if (!answer || (one.completedIndex ?? Infinity) > before) return false;
    if ("lease" in one.input && one.input.lease === lease && "revoked" in answer) return true;
    if ("lease" in one.input && one.input.lease === lease && isRefused(one)) {
      return all(history).some(
        (other) =>
          (other.completedIndex ?? Infinity) < one.index &&
          other.outcome.type === "ok" &&
          (other.input.f === "grant" || other.input.f === "renew" || other.input.f === "put") &&
          other.input.lease === lease,
      );
    }
    return named.some((put) => isMissing(history, lease, asLease(put), one));
  });
}

/** The put was done and nobody else can have touched its key, but the read does not find it. */
function isMissing(
  history: History,
  lease: string,
  put: LeaseOperation,
  read: LeaseOperation,
): boolean {
  const { input, completedIndex = Infinity } = put;
  if (input.f !== "put" || input.lease !== lease || !answerOf(put) || isRefused(put)) return false;
  if (read.input.f !== "read" || !input.key.startsWith(read.input.shelf)) return false;
  if (completedIndex > read.index || foundBy(read).some(({ key }) => key === input.key))
    return false;
  return all(history).every((other) => {
    const isWrite = other.input.f === "put" || other.input.f === "delete";
    if (other.index === put.index || !isWrite || !mayHaveHappened(other)) return true;
    if (!("key" in other.input) || other.input.key !== input.key) return true;
    const end = other.outcome.type === "ok" ? (other.completedIndex ?? Infinity) : Infinity;
    return end < put.index || other.index > (read.completedIndex ?? 0);
  });
}

/** Longer than any lease of the workload lives, after the last that concerned it and any fault. */
function isLongOverdue(
  history: History,
  { lease, last }: { readonly lease: string; readonly last: LeaseOperation },
): boolean {
  const touched = all(history)
    .filter(({ input }) => input.f === "grant" || input.f === "renew")
    .filter(({ input, index }) => "lease" in input && input.lease === lease && index < last.index)
    .map(({ completedAtNs = Infinity }) => completedAtNs);
  const latest = touched.reduce((one, other) => Math.max(one, other), 0);
  return touched.length > 0 && last.invokedAtNs - latest > 12e9;
}

/** Those of the keys that a read found, by what wrote them. */
function leasesIn(history: History, read: LeaseOperation): string[] {
  return foundBy(read).flatMap((kv) => leaseOf(history, kv) ?? []);
}

/** Undefined where nobody is known to have written it. */
function leaseOf(history: History, { value }: { readonly value: string }): string | undefined {
  const put = all(history).find(({ input }) => input.f === "put" && input.value === value);
  if (put?.input.f !== "put") return undefined;
  return put.input.lease ?? "0";
}

function isRefused(operation: LeaseOperation): boolean {
  const answer = answerOf(operation);
  return answer !== undefined && "refused" in answer;
}

function all(history: History): readonly LeaseOperation[] {
  return history.operations as readonly LeaseOperation[];
}

function asLease(operation: Operation | undefined): LeaseOperation {
  if (!operation) throw new Error("a finding about leases names at least two operations");
  return operation as LeaseOperation;
}
