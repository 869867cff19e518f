import { intAt } from "../../at.js";
import { giveBack, takeInts, withPooledRoom } from "../../pool.js";
import { type Usages, usesAll } from "./usages.js";

/**
 * Configurations from which the search came back with nothing, so that it never explores one
 * twice. A configuration is (layer, state, usage, what is placed beyond the layer): see
 * general-search.ts. One that failed also condemns another that
 * - used the same unknown operations and more: whatever order that one could still find, the one
 *   that used fewer could have found;
 * - has the same changes placed, and of what only looks nothing that the failed one has not placed:
 *   the failed one had less left to do, and what only looks can be left out of any order.
 */
export interface DeadEnds {
  /** Words of each of the two masks. */
  readonly words: number;
  /** Heads of chains: row number + 1, 0 for none. */
  buckets: Int32Array;
  /** Rows of layer, state, usage, next in chain (+ 1), then the masks' words, changes first. */
  rows: Int32Array;
  count: number;
}

const layerField = 0;
const stateField = 1;
const usageField = 2;
const nextField = 3;
const maskField = 4;

/** A configuration. Its masks lie in `masks` from `maskAt`: changes, then what only looks. */
export interface Configuration {
  layer: number;
  state: number;
  usage: number;
  masks: Int32Array;
  maskAt: number;
}

export function createDeadEnds(words: number): DeadEnds {
  return { words, buckets: takeInts(64), rows: takeInts(64), count: 0 };
}

/** After this they must not be used any more. */
export function releaseDeadEnds({ buckets, rows }: DeadEnds): void {
  giveBack(buckets);
  giveBack(rows);
}

export function bytesOf(deadEnds: DeadEnds): number {
  return 4 * (deadEnds.buckets.length + deadEnds.rows.length);
}

export function isDeadEnd(deadEnds: DeadEnds, usages: Usages, wanted: Configuration): boolean {
  if (deadEnds.count === 0) return false;
  const { rows, buckets, words } = deadEnds;
  const stride = maskField + 2 * words;
  const bucket = hashOf(wanted, words) & (buckets.length - 1);
  for (let row = intAt(buckets, bucket) - 1; row >= 0;) {
    const start = row * stride;
    if (condemns(deadEnds, usages, start, wanted)) return true;
    row = intAt(rows, start + nextField) - 1;
  }
  return false;
}

export function addDeadEnd(deadEnds: DeadEnds, found: Configuration): void {
  const { words } = deadEnds;
  const stride = maskField + 2 * words;
  if (deadEnds.count >= deadEnds.buckets.length) spread(deadEnds);
  deadEnds.rows = withPooledRoom(deadEnds.rows, (deadEnds.count + 1) * stride);
  const { rows, buckets } = deadEnds;
  const start = deadEnds.count * stride;
  const bucket = hashOf(found, words) & (buckets.length - 1);
  rows[start + layerField] = found.layer;
  rows[start + stateField] = found.state;
  rows[start + usageField] = found.usage;
  rows[start + nextField] = intAt(buckets, bucket);
  for (let word = 0; word < 2 * words; word++) {
    rows[start + maskField + word] = intAt(found.masks, found.maskAt + word);
  }
  buckets[bucket] = ++deadEnds.count;
}

function condemns(
  { rows, words }: DeadEnds,
  usages: Usages,
  start: number,
  { layer, state, usage, masks, maskAt }: Configuration,
): boolean {
  if (intAt(rows, start + layerField) !== layer) return false;
  if (intAt(rows, start + stateField) !== state) return false;
  const changes = start + maskField;
  for (let word = 0; word < words; word++) {
    if (intAt(rows, changes + word) !== intAt(masks, maskAt + word)) return false;
  }
  const looks = changes + words;
  for (let word = 0; word < words; word++) {
    const isMore = intAt(masks, maskAt + words + word) & ~intAt(rows, looks + word);
    if (isMore !== 0) return false;
  }
  return usesAll(usages, usage, intAt(rows, start + usageField));
}

/** Usage and what only looks are left out, so that what may condemn each other meets in one chain. */
function hashOf({ layer, state, masks, maskAt }: Configuration, words: number): number {
  let hash = Math.imul(layer, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b);
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ intAt(masks, maskAt + word), 0xc2b2ae35);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return hash ^ (hash >>> 15);
}

/** Twice the buckets. */
function spread(deadEnds: DeadEnds): void {
  const { rows, words } = deadEnds;
  const stride = maskField + 2 * words;
  const buckets = takeInts(2 * deadEnds.buckets.length);
  const row: Configuration = { layer: 0, state: 0, usage: 0, masks: rows, maskAt: 0 };
  for (let number = 0; number < deadEnds.count; number++) {
    const start = number * stride;
    row.layer = intAt(rows, start + layerField);
    row.state = intAt(rows, start + stateField);
    row.maskAt = start + maskField;
    const bucket = hashOf(row, words) & (buckets.length - 1);
    rows[start + nextField] = intAt(buckets, bucket);
    buckets[bucket] = number + 1;
  }
  giveBack(deadEnds.buckets);
  deadEnds.buckets = buckets;
}
