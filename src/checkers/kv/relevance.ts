import type { KvInput } from "../../models/etcd/requests.js";
import type { Evidence } from "./evidence.js";
import { mayFill } from "./gaps.js";
import {
  answerOf,
  isSerializable,
  type KvOperation,
  leasesIn,
  mayWrite,
  revisionsReadIn,
} from "./kv-operation.js";
import { type Progress, progressOf } from "./progress.js";

/**
 * Which operations of unknown outcome some answer may need. The others may as well have never
 * happened, and are left out of the search, which each of them would make longer.
 */
export interface Relevance {
  isNeeded(operation: KvOperation): boolean;
  /** Whether such an operation may have made this revision. */
  mayMake(revision: number, input: KvInput): boolean;
  /** Some answer may need what it does besides: to leases, or to what can still be read. */
  mayMatter(input: KvInput): boolean;
  /** The first revision that more than one may have made; Infinity where there is none. */
  readonly firstDoubt: number;
}

export function relevanceOf(operations: readonly KvOperation[], evidence: Evidence): Relevance {
  const { gaps, newest, progress } = evidence;
  const granted = leasesPut(operations);
  const missed = leasesMissed(operations);
  const puzzles = puzzlesIn(operations);
  const openings = gaps.map((gap) => ({ gap, by: progress.neededBy(gap.revision) }));
  const isOpenEnded = mayGoOnUnseen(operations, newest);
  const gapAt = new Map(gaps.map((gap) => [gap.revision, gap]));

  function mayHaveWritten(operation: KvOperation): boolean {
    if (!mayWrite(operation.input)) return false;
    if (isOpenEnded) return true;
    const reached = progress.reachedBy(operation.index);
    return openings.some(
      ({ gap, by }) =>
        gap.revision > reached && operation.index < by && mayFill(gap, operation.input),
    );
  }

  function mayMatter(input: KvInput, index = -1): boolean {
    switch (input.f) {
      case "compact":
        return puzzles.some(({ least, end }) => input.request.revision >= least && index < end);
      case "grant":
        return granted.has(input.request.id);
      case "revoke":
        return missed.has(input.request.id);
      case "put":
      case "delete":
      case "range":
      case "txn":
        return false;
    }
  }

  return {
    firstDoubt: firstDoubtIn(operations, evidence),
    isNeeded: (operation) =>
      mayHaveWritten(operation) || mayMatter(operation.input, operation.index),
    mayMatter: (input) => mayMatter(input),
    mayMake(revision, input) {
      const gap = gapAt.get(revision);
      return gap ? mayFill(gap, input) : isOpenEnded && revision > newest;
    },
  };
}

/** By whom nobody is known to have done it: those without an answer, and revoked leases. */
function firstDoubtIn(
  operations: readonly KvOperation[],
  { gaps, sights, progress }: Evidence,
): number {
  const writers = operations.filter((operation) => {
    const { input, outcome } = operation;
    const isUnknown = outcome.type === "info" && !sights.has(operation);
    return mayWrite(input) && (isUnknown || (input.f === "revoke" && answerOf(operation)));
  });
  const reached = new Map(writers.map((one) => [one, progress.reachedBy(one.index)]));
  const doubtful = gaps.find((gap) => {
    const able = writers.filter(
      (one) => gap.revision > (reached.get(one) ?? 0) && mayFill(gap, one.input),
    );
    return able.length > 1;
  });
  return doubtful?.revision ?? Infinity;
}

function leasesPut(operations: readonly KvOperation[]): ReadonlySet<string> {
  const leases = new Set<string>();
  for (const { input } of operations) for (const lease of leasesIn(input)) leases.add(lease);
  return leases;
}

/** Those that somebody was told that they do not exist. */
function leasesMissed(operations: readonly KvOperation[]): ReadonlySet<string> {
  const leases = new Set<string>();
  for (const { input, outcome } of operations) {
    if (outcome.type !== "ok" || !("error" in outcome.output)) continue;
    if (outcome.output.error !== "lease-not-found") continue;
    for (const lease of leasesIn(input)) leases.add(lease);
  }
  return leases;
}

/** A refusal because of a compaction, which those that were answered before do not explain. */
interface Puzzle {
  /** Compactions at this revision or later may explain it. */
  readonly least: number;
  readonly end: number;
}

function puzzlesIn(operations: readonly KvOperation[]): readonly Puzzle[] {
  const compactedBy = compactions(operations);
  return operations.flatMap(({ input, index, completedIndex = Infinity, outcome }) => {
    if (outcome.type !== "ok" || !("error" in outcome.output)) return [];
    if (outcome.output.error !== "compacted") return [];
    const wanted =
      input.f === "compact"
        ? [input.request.revision]
        : revisionsReadIn(input).map((revision) => revision + 1);
    const least = wanted.reduce((one, other) => Math.min(one, other), Infinity);
    const most = wanted.reduce((one, other) => Math.max(one, other), -Infinity);
    return compactedBy.reachedBy(index) >= most ? [] : [{ least, end: completedIndex }];
  });
}

/** The same as of revisions, of how far compactions had come. */
function compactions(operations: readonly KvOperation[]): Pick<Progress, "reachedBy"> {
  const done = operations.flatMap((operation) => {
    const { input, outcome } = operation;
    if (input.f !== "compact" || !answerOf(operation) || outcome.type !== "ok") return [];
    const { revision } = input.request;
    return [{ ...operation, outcome: { ...outcome, output: { revision } } }];
  });
  return progressOf(done);
}

/** Whether some refusal, which tells no revision, may be of a state after all that was seen. */
function mayGoOnUnseen(operations: readonly KvOperation[], newest: number): boolean {
  let lastLook = -1;
  let lastRefusal = -1;
  for (const operation of operations) {
    const { index, completedIndex = Infinity, outcome } = operation;
    const answer = answerOf(operation);
    if (answer?.revision === newest && !isSerializable(operation)) {
      lastLook = Math.max(lastLook, index);
    }
    const isRefusal = outcome.type === "ok" && "error" in outcome.output;
    if (isRefusal) lastRefusal = Math.max(lastRefusal, completedIndex);
  }
  return lastRefusal > lastLook;
}
