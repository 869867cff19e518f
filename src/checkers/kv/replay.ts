import type { KeyValue } from "../../core/client.js";
import { kvInWords } from "../../models/etcd/describe.js";
import { isAmong } from "../../models/etcd/key-order.js";
import type { Pace } from "../bank-pace.js";
import { who } from "../words.js";
import type { Evidence } from "./evidence.js";
import {
  answerOf,
  isSerializable,
  type KvOperation,
  type Sighting,
  sightingsIn,
} from "./kv-operation.js";

import { sameKv } from "../../models/etcd/state.js";

export interface ReplayOptions {
  readonly operations: readonly KvOperation[];
  readonly evidence: Evidence;
  readonly tell: (message: string, named: readonly KvOperation[]) => void;
  readonly counts: { notJudged: number };
}

/** A key as one answer showed it: from its mod_revision on, and still at a later revision. */
interface Claim extends Sighting {
  readonly by: KvOperation;
}

/**
 * Holds all that answers show of a key against each other: between its mod_revision and the revision
 * of the answer that showed it, nobody can have found or left another. A serializable read must not
 * be of a revision that was asked for only after it was answered.
 */
export function startReplay({ operations, evidence, tell, counts }: ReplayOptions) {
  const claims = new Map<string, Claim[]>();

  function enter(operation: KvOperation): void {
    for (const { kv, at } of sightingsIn(operation)) {
      const known = claims.get(kv.key) ?? [];
      known.push({ kv, at, by: operation });
      claims.set(kv.key, known);
      if (kv.modRevision <= at) continue;
      tell(`${who(operation)} found ${kvInWords(kv)} in what was as of revision ${at}`, [
        operation,
      ]);
    }
    const answer = answerOf(operation);
    const maker = answer && evidence.makers.get(answer.revision);
    const isFuture = maker && maker.index > (operation.completedIndex ?? Infinity);
    if (answer && isFuture && isSerializable(operation)) {
      const message = `${who(operation)} was answered with revision ${answer.revision}, which ${who(maker)} asked for only later`;
      tell(message, [operation, maker]);
    }
  }

  /** By mod_revision: each must be over when the next begins, and be the same at the same. */
  function compare([key, all]: readonly [string, readonly Claim[]]): void {
    let last: Claim | undefined;
    for (const claim of all.toSorted((a, b) => a.kv.modRevision - b.kv.modRevision)) {
      if (last && !agree(last, claim)) {
        tell(
          `${who(last.by)} found ${kvInWords(last.kv)} as of revision ${last.at}, and ${who(claim.by)} found ${kvInWords(claim.kv)} as of revision ${claim.at}: ${key} cannot have been both`,
          [last.by, claim.by],
        );
      }
      if (!last || claim.at >= last.at) last = claim;
    }
  }

  /** A whole range shows no more and no less than what others found at that revision. */
  function count(operation: KvOperation): void {
    const { input } = operation;
    const answer = answerOf(operation);
    if (input.f !== "range" || !answer || !("kvs" in answer) || answer.kvs.length < answer.count) {
      return;
    }
    const { revision = 0 } = input.request;
    const at = revision > 0 ? revision : answer.revision;
    for (const [key, all] of claims) {
      if (!isAmong(input.request, key) || answer.kvs.some((kv) => kv.key === key)) continue;
      const other = all.find((claim) => claim.kv.modRevision <= at && at <= claim.at);
      if (!other) continue;
      tell(
        `${who(operation)} found no ${key} as of revision ${at}, although ${who(other.by)} found ${kvInWords(other.kv)} as of revision ${other.at}`,
        [other.by, operation],
      );
    }
  }

  return {
    async through(pace: Pace): Promise<boolean> {
      counts.notJudged = evidence.gaps.length;
      return (
        (await pace.through(operations, enter)) &&
        (await pace.through(claims, compare)) &&
        (await pace.through(operations, count))
      );
    },
  };
}

function agree(earlier: Claim, later: Claim): boolean {
  return earlier.kv.modRevision === later.kv.modRevision
    ? sameButValue(earlier.kv, later.kv)
    : earlier.at < later.kv.modRevision;
}

/** A value may have been left out of one of them. */
function sameButValue(a: KeyValue, b: KeyValue): boolean {
  return sameKv(a.value === "" || b.value === "" ? { ...a, value: b.value } : a, b);
}
