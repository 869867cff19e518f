import type {
  Compare,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnRequest,
} from "../src/core/client.js";
import type { Random } from "../src/core/random.js";
import type { KvInput } from "../src/models/etcd/requests.js";
import type { Knowledge } from "./kv-knowledge.js";

/**
 * So few keys that clients meet all the time. No more than 12 either: of more etcd's sort leaves
 * those that are alike in any order, and a limit would then keep any of them.
 */
const keys = Array.from({ length: 10 }, (_, index) => `kv/${index}`);

/** All keys of this workload, and none of anybody else. */
export const wholeRange = { key: "kv/", rangeEnd: "kv0" } as const;

/** Seconds: a month, which no run outlives. */
const ttl = 30 * 24 * 60 * 60;

/** How far back reads of old revisions and compactions go; the former farther, now and then. */
const readsBack = 150;
const compactsBack = 100;

/** Of transactions, where it was asked for. */
const shapeRarity = 12;

/**
 * One request of any kind that etcd has for keys; of those that no release is right with, the ones
 * that `shapes` name alone.
 */
export function anyKvRequest(
  random: Random,
  known: Knowledge,
  shapes: readonly string[] = [],
): KvInput {
  const kind = random.below(100);
  if (kind < 24) return { f: "put", request: anyPut(random, known) };
  if (kind < 30) return { f: "delete", request: anyDeletion(random) };
  if (kind < 62) {
    const revision = known.lookAt();
    if (revision !== undefined) return { f: "range", request: { ...wholeRange, revision } };
    return { f: "range", request: anyRange(random, known) };
  }
  if (kind < 90) {
    const [shape] = random.shuffle(shapes.filter((name) => Object.hasOwn(shaped, name)));
    const isShaped = shape !== undefined && random.below(shapeRarity) === 0;
    const request = (isShaped && shaped[shape]?.(random, known)) || anyTxn(random, known);
    return { f: "txn", request };
  }
  if (kind < 94) return anyCompaction(random, known);
  if (kind < 97) return { f: "grant", request: { id: known.freshLease(), ttl } };
  const [lease] = known.leases;
  if (lease !== undefined) return { f: "revoke", request: { id: lease } };
  return { f: "grant", request: { id: known.freshLease(), ttl } };
}

function anyPut(random: Random, known: Knowledge): PutRequest {
  const key = random.pick(keys);
  const prevKv = random.below(3) === 0 ? { prevKv: true } : {};
  const shape = random.below(10);
  const lease = anyLease(random, known);
  if (shape === 0) return { key, value: "", ignoreValue: true, ...lease, ...prevKv };
  if (shape === 1) return { key, value: known.freshValue(), ignoreLease: true, ...prevKv };
  return { key, value: known.freshValue(), ...(shape < 5 && lease), ...prevKv };
}

/** One of the thread's own; seldom one that is gone, which must be refused. */
function anyLease(random: Random, { leases, revokedLease }: Knowledge): { lease?: string } {
  const wantsRevoked = random.below(12) === 0;
  const choice = random.below(1_000);
  if (wantsRevoked && revokedLease !== undefined) return { lease: revokedLease };
  const lease = leases[choice % Math.max(1, leases.length)];
  return lease === undefined ? {} : { lease };
}

/** Mostly of one key: a range of unknown outcome could explain too much. */
function anyDeletion(random: Random): DeleteRangeRequest {
  const prevKv = random.below(2) === 0 ? { prevKv: true } : {};
  const keysToDelete = random.below(8) === 0 ? fewKeys(random) : { key: random.pick(keys) };
  return { ...keysToDelete, ...prevKv };
}

/** Two neighbours. */
function fewKeys(random: Random) {
  const first = random.below(keys.length - 1);
  return { key: keyAt(first), rangeEnd: `${keyAt(first + 1)}0` };
}

function someKeys(random: Random): { key: string; rangeEnd?: string } {
  switch (random.below(4)) {
    case 0:
    case 1:
      return { ...wholeRange };
    case 2: {
      const first = random.below(keys.length - 1);
      const last = first + 1 + random.below(keys.length - 1 - first);
      return { key: keyAt(first), rangeEnd: keyAt(last) };
    }
    default:
      return { key: random.pick(keys) };
  }
}

function keyAt(place: number): string {
  return keys[place] ?? "kv/0";
}

function anyRange(random: Random, known: Knowledge): RangeRequest {
  const range = someKeys(random);
  const at = random.below(4) === 0 ? oldRevision(random, known, readsBack) : {};
  const serializable = random.below(5) === 0 ? { serializable: true } : {};
  return { ...range, ...at, ...serializable, ...anyRangeOptions(random, known) };
}

const targets = ["key", "value", "version", "create", "mod"] as const;
const orders = ["ascend", "descend"] as const;

function anyRangeOptions(random: Random, known: Knowledge): Omit<RangeRequest, "key"> {
  const order = random.pick(orders);
  const limit = 1 + random.below(5);
  const bound = boundNear(random, known);
  switch (random.below(12)) {
    case 0:
      return { limit };
    case 1:
      // With a limit only by what no two keys have alike: else etcd may choose among them. Nor by
      // value: which keys are left would then hang on values of writes that nobody sees.
      return { limit, sort: { target: "key", order } };
    case 2:
      return { sort: { target: random.pick(targets), order } };
    case 3:
      return { keysOnly: true, ...(random.below(2) === 0 && { limit }) };
    case 4:
      return { countOnly: true };
    case 5:
      return random.below(2) === 0 ? { minModRevision: bound } : { maxModRevision: bound };
    case 6:
      return random.below(2) === 0 ? { minCreateRevision: bound } : { maxCreateRevision: bound };
    default:
      return {};
  }
}

function boundNear(random: Random, { revision }: Knowledge): number {
  return Math.max(1, revision - random.below(60));
}

function oldRevision(random: Random, { revision }: Knowledge, back: number) {
  const old = revision - random.below(back);
  // Seldom one that is yet to come.
  const ahead = random.below(30) === 0 ? 1 + random.below(3 * back) : 0;
  const asked = Math.max(1, ahead > 0 ? revision + ahead : old);
  return revision > 0 ? { revision: asked } : {};
}

function anyCompaction(random: Random, known: Knowledge): KvInput {
  const { revision: drawn = 1 } = oldRevision(random, known, compactsBack);
  const revision = Math.min(drawn, known.mayCompact);
  const isPhysical = random.below(8) === 0;
  return { f: "compact", request: { revision, ...(isPhysical && { physical: true }) } };
}

function anyTxn(random: Random, known: Knowledge): TxnRequest {
  const [key = "", other = "", third = ""] = random.shuffle(keys);
  const read: TxnOperation = { type: "range", request: { ...wholeRange } };
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return {
        compare: [anyCompare(random, known, key)],
        success: [putOf(random, known, key)],
        failure: [{ type: "range", request: { key } }],
      };
    case 3:
    case 4:
      return {
        compare: [revisionGuard(known, key)],
        success: [deletionOf(random, key)],
        failure: [{ type: "range", request: { key } }],
      };
    case 5:
    case 6: {
      // Reads in it see what it wrote before them.
      const more = random.below(2) === 0 ? putOf(random, known, other) : deletionOf(random, other);
      const guards = random.below(2) === 0 ? [] : [anyCompare(random, known, third)];
      return {
        compare: guards,
        success: random.shuffle([putOf(random, known, key), more, read]),
        failure: [read, putOf(random, known, third)],
      };
    }
    case 7:
      return {
        compare: [anyRangeCompare(random, known)],
        success: [putOf(random, known, key), read],
        failure: [putOf(random, known, other)],
      };
    case 8:
      return nested(random, known, { key, other, third });
    default: {
      // Old revisions are asked for only where nothing is written.
      const at = random.below(3) === 0 ? oldRevision(random, known, readsBack) : {};
      return {
        compare: [anyCompare(random, known, key)],
        success: [read, { type: "range", request: { key: other, ...at } }],
        failure: [{ type: "range", request: { ...wholeRange, countOnly: true } }],
      };
    }
  }
}

/** By the names of known-shapes.ts. */
const shaped: Readonly<Record<string, (random: Random, known: Knowledge) => TxnRequest>> = {
  "txn-range-at-revision": (random, known) => {
    const [key = "", other = ""] = random.shuffle(keys);
    const at = oldRevision(random, known, readsBack);
    const read: TxnOperation = { type: "range", request: { key: other, ...at } };
    return { compare: [], success: [putOf(random, known, key), read], failure: [] };
  },
  "txn-keeps-deleted-value": (random) => {
    const key = random.pick(keys);
    return {
      compare: [],
      success: [
        { type: "delete-range", request: { key: wholeRange.key, rangeEnd: "\0" } },
        { type: "put", request: { key, value: "", ignoreValue: true } },
      ],
      failure: [],
    };
  },
};

function nested(
  random: Random,
  known: Knowledge,
  { key, other, third }: { readonly key: string; readonly other: string; readonly third: string },
): TxnRequest {
  return {
    compare: [anyCompare(random, known, key)],
    success: [
      putOf(random, known, key),
      {
        type: "txn",
        request: {
          compare: [anyCompare(random, known, random.below(2) === 0 ? key : other)],
          success: [putOf(random, known, other)],
          failure: [putOf(random, known, third), { type: "range", request: { ...wholeRange } }],
        },
      },
    ],
    failure: [{ type: "range", request: { ...wholeRange } }],
  };
}

function putOf(random: Random, known: Knowledge, key: string): TxnOperation {
  const prevKv = random.below(3) === 0 ? { prevKv: true } : {};
  const lease = random.below(5) === 0 && known.leases[0] ? { lease: known.leases[0] } : {};
  return { type: "put", request: { key, value: known.freshValue(), ...lease, ...prevKv } };
}

function deletionOf(random: Random, key: string): TxnOperation {
  const prevKv = random.below(2) === 0 ? { prevKv: true } : {};
  return { type: "delete-range", request: { key, ...prevKv } };
}

/** That the key is as this thread saw it last, or absent where it saw none. */
function revisionGuard(known: Knowledge, key: string): Compare {
  const operand = known.seen(key)?.modRevision ?? 0;
  return { key, target: "mod", result: "equal", operand };
}

const results = ["equal", "equal", "equal", "not-equal", "greater", "less"] as const;

function anyCompare(random: Random, known: Knowledge, key: string): Compare {
  const result = random.pick(results);
  const target = random.below(8);
  const isEqual = random.below(2) === 0;
  const kv = known.seen(key);
  if (!kv || target < 3) return { ...revisionGuard(known, key), result };
  switch (target) {
    case 3:
      return { key, target: "create", result, operand: kv.createRevision };
    case 4:
      return { key, target: "version", result, operand: kv.version };
    case 5:
      return { key, target: "lease", result, operand: kv.lease };
    default:
      // Greater or less would hang on values that nobody sees, too.
      return { key, target: "value", result: isEqual ? "equal" : "not-equal", operand: kv.value };
  }
}

/** It must hold for every key of the range. */
function anyRangeCompare(random: Random, known: Knowledge): Compare {
  const range = fewKeys(random);
  const result = random.pick(["less", "greater", "not-equal"] as const);
  switch (random.below(3)) {
    case 0:
      return { ...range, target: "mod", result, operand: boundNear(random, known) };
    case 1:
      return { ...range, target: "create", result, operand: boundNear(random, known) };
    default:
      return { ...range, target: "version", result, operand: 1 + random.below(4) };
  }
}
