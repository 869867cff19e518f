import type { KeyValue } from "../../core/client.js";
import { kvInWords } from "../../models/etcd/describe.js";
import { sameKv } from "../../models/etcd/state.js";
import type { Pace } from "../bank-pace.js";
import { who } from "../words.js";
import { judgeCounts } from "./counts.js";
import type { Evidence } from "./evidence.js";
import {
  answerOf,
  isSerializable,
  type KvOperation,
  shownAsOf,
  type Sighting,
} from "./kv-operation.js";
import { keysAmong, lookOf, wouldShow } from "./look.js";

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
    const { kvs, at } = shownAsOf(operation);
    for (const kv of kvs) {
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
  function compare([key, all]: readonly [string, Claim[]]): void {
    all.sort((a, b) => a.kv.modRevision - b.kv.modRevision);
    let last: Claim | undefined;
    const apart: Claim[] = [];
    for (const claim of all) {
      if (last && !agree(last, claim)) {
        tell(
          `${who(last.by)} found ${kvInWords(last.kv)} as of revision ${last.at}, and ${who(claim.by)} found ${kvInWords(claim.kv)} as of revision ${claim.at}: ${key} cannot have been both`,
          [last.by, claim.by],
        );
      }
      if (last && claim.at < last.at) continue;
      // The longest alone is kept, since there are as many as reads.
      if (last?.kv.modRevision === claim.kv.modRevision) apart.pop();
      apart.push(claim);
      last = claim;
    }
    claims.set(key, apart);
  }

  /** A range shows every key that others found at that revision, as far as it goes. */
  function count(operation: KvOperation): void {
    const look = lookOf(operation);
    if (!look) return;
    const { request, at, kvs } = look;
    for (const key of keysAmong(request, claims)) {
      if (!wouldShow(look, key) || kvs.some((kv) => kv.key === key)) continue;
      const other = claimAt(claims.get(key) ?? [], at);
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
        (await pace.through([...claims], compare)) &&
        (await pace.through(operations, count)) &&
        (await judgeCounts({ operations, evidence, tell }, pace))
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

/** Of claims by mod_revision, each over before the next begins. */
function claimAt(claims: readonly Claim[], at: number): Claim | undefined {
  let [low, high] = [0, claims.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((claims[middle]?.kv.modRevision ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  const last = claims[low - 1];
  return last && at <= last.at ? last : undefined;
}
