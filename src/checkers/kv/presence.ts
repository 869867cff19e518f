import type { TxnRequest, TxnResponse } from "../../core/client.js";
import type { Keys } from "../../models/etcd/key-order.js";
import type { Evidence } from "./evidence.js";
import {
  answerOf,
  type KvOperation,
  leasesIn,
  putsIn,
  shownBy,
  waysToWrite,
} from "./kv-operation.js";
import { keysAmong, type Look, wouldShow } from "./look.js";
import { startsOf } from "./starts.js";

type Known = "there" | "absent" | "open";

/** How many keys of a range are certainly there, and of how many nobody knows. */
export interface Counted {
  readonly there: number;
  readonly open: number;
}

/** Which keys are there, revision after revision, from the first one on. */
export function newPresence({
  operations,
  evidence,
}: {
  readonly operations: readonly KvOperation[];
  readonly evidence: Evidence;
}) {
  const { makers, gaps } = evidence;
  const gapAt = new Map(gaps.map((gap) => [gap.revision, gap]));
  const presence = new Map<string, Known>();
  for (const key of keysOf(operations)) presence.set(key, "absent");
  const uncertain = mayChangeUnseen(operations, presence);
  // What was not answered may have been done before the first revision that anything tells of.
  const { earliest, latest } = startsOf(operations);
  if (earliest < latest) for (const key of uncertain) presence.set(key, "open");

  function setIn(keys: Keys, value: Known): void {
    for (const key of keysAmong(keys, presence)) presence.set(key, value);
  }

  function take(request: TxnRequest, { succeeded, responses }: Omit<TxnResponse, "header">): void {
    for (const [place, operation] of (succeeded ? request.success : request.failure).entries()) {
      const response = responses[place];
      if (operation.type === "put") presence.set(operation.request.key, "there");
      else if (operation.type === "delete-range") setIn(operation.request, "absent");
      else if (operation.type === "txn" && response?.type === "txn") {
        take(operation.request, response.response);
      }
    }
  }

  function apply(maker: KvOperation): void {
    const { input } = maker;
    const answer = answerOf(maker);
    if (input.f === "put") presence.set(input.request.key, "there");
    else if (input.f === "delete") setIn(input.request, "absent");
    else if (input.f === "txn" && answer && "responses" in answer) take(input.request, answer);
    // Which branch it took nobody was told.
    else for (const key of mayChangeUnseen([maker], presence)) presence.set(key, "open");
  }

  return {
    /** To the next one: what it wrote. */
    goTo(revision: number): void {
      const maker = makers.get(revision);
      const gap = gapAt.get(revision);
      if (maker) apply(maker);
      if (!gap) return;
      for (const key of uncertain) if (!gap.untouched.has(key)) presence.set(key, "open");
    },
    find(key: string): void {
      presence.set(key, "there");
    },
    /** What is not shown is not there. */
    learn(look: Look): void {
      const { request, kvs } = look;
      const shown = new Set(kvs.map(({ key }) => key));
      for (const key of keysAmong(request, presence)) {
        if (presence.get(key) !== "open" || shown.has(key)) continue;
        if (wouldShow(look, key)) presence.set(key, "absent");
      }
    },
    countIn(keys: Keys): Counted {
      const counts = { there: 0, open: 0, absent: 0 };
      for (const key of keysAmong(keys, presence)) counts[presence.get(key) ?? "absent"] += 1;
      return counts;
    },
  };
}

/** All that anybody may have written, or saw. */
function keysOf(operations: readonly KvOperation[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const operation of operations) {
    for (const { key } of putsIn(operation.input)) keys.add(key);
    for (const { key } of shownBy(operation)) keys.add(key);
  }
  return keys;
}

/** Keys that may change without an answer that tells when: those of leases, which end, among them. */
function mayChangeUnseen(
  operations: readonly KvOperation[],
  all: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { input, outcome } of operations) {
    if (input.f !== "revoke" && leasesIn(input).length > 0) {
      for (const { key } of putsIn(input)) keys.add(key);
    }
    // Of a revoked lease all keys are among those that were put with one.
    if (outcome.type !== "info" || input.f === "revoke") continue;
    for (const { puts, deletes } of waysToWrite(input)) {
      for (const { key } of puts) keys.add(key);
      for (const key of deletes) {
        if (key !== undefined) keys.add(key);
        else for (const each of all.keys()) keys.add(each);
      }
    }
  }
  return keys;
}
