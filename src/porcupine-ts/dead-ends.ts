import { intAt, withRoom } from "./at.js";
import { type Usages, usesAll } from "./usages.js";

/**
 * Configurations from which the search came back with nothing, so that it never explores one
 * twice. A configuration is (layer, mask, state, usage): see search.ts. One that failed also
 * condemns those that differ from it only in having used more unknown operations: whatever order
 * they could still find, the one that used fewer could have found.
 */
export interface DeadEnds {
  readonly words: number;
  /** Heads of chains: row number + 1, 0 for none. */
  buckets: Int32Array;
  /** Rows of layer, state, usage, next in chain (+ 1), then the mask's words. */
  rows: Int32Array;
  count: number;
}

const layerField = 0;
const stateField = 1;
const usageField = 2;
const nextField = 3;
const maskField = 4;

/** A configuration whose mask lies in `masks` from `maskAt`. */
export interface Configuration {
  readonly layer: number;
  readonly state: number;
  readonly usage: number;
  readonly masks: Int32Array;
  readonly maskAt: number;
}

export function createDeadEnds(words: number): DeadEnds {
  return { words, buckets: new Int32Array(16), rows: new Int32Array(0), count: 0 };
}

export function bytesOf(deadEnds: DeadEnds): number {
  return 4 * (deadEnds.buckets.length + deadEnds.rows.length);
}

export function isDeadEnd(deadEnds: DeadEnds, usages: Usages, wanted: Configuration): boolean {
  if (deadEnds.count === 0) return false;
  const { rows, buckets } = deadEnds;
  const stride = maskField + deadEnds.words;
  let row = intAt(buckets, hashOf(wanted, deadEnds.words) & (buckets.length - 1)) - 1;
  while (row >= 0) {
    const start = row * stride;
    if (
      isSame(deadEnds, start, wanted) &&
      usesAll(usages, wanted.usage, intAt(rows, start + usageField))
    ) {
      return true;
    }
    row = intAt(rows, start + nextField) - 1;
  }
  return false;
}

export function addDeadEnd(deadEnds: DeadEnds, found: Configuration): void {
  const { words } = deadEnds;
  const stride = maskField + words;
  if (deadEnds.count >= deadEnds.buckets.length) spread(deadEnds);
  deadEnds.rows = withRoom(deadEnds.rows, (deadEnds.count + 1) * stride);
  const { rows, buckets } = deadEnds;
  const start = deadEnds.count * stride;
  const bucket = hashOf(found, words) & (buckets.length - 1);
  rows[start + layerField] = found.layer;
  rows[start + stateField] = found.state;
  rows[start + usageField] = found.usage;
  rows[start + nextField] = intAt(buckets, bucket);
  for (let word = 0; word < words; word++) {
    rows[start + maskField + word] = intAt(found.masks, found.maskAt + word);
  }
  buckets[bucket] = ++deadEnds.count;
}

function isSame({ rows, words }: DeadEnds, start: number, wanted: Configuration): boolean {
  if (intAt(rows, start + layerField) !== wanted.layer) return false;
  if (intAt(rows, start + stateField) !== wanted.state) return false;
  for (let word = 0; word < words; word++) {
    if (intAt(rows, start + maskField + word) !== intAt(wanted.masks, wanted.maskAt + word)) {
      return false;
    }
  }
  return true;
}

/** Usage is left out, since configurations that differ in it alone must meet in one chain. */
function hashOf({ layer, state, masks, maskAt }: Configuration, words: number): number {
  let hash = Math.imul(layer, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b);
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ intAt(masks, maskAt + word), 0xc2b2ae35);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return hash ^ (hash >>> 15);
}

function spread(deadEnds: DeadEnds): void {
  const { rows, words } = deadEnds;
  const stride = maskField + words;
  const buckets = new Int32Array(2 * deadEnds.buckets.length);
  for (let row = 0; row < deadEnds.count; row++) {
    const start = row * stride;
    const layer = intAt(rows, start + layerField);
    const state = intAt(rows, start + stateField);
    const usage = intAt(rows, start + usageField);
    const maskAt = start + maskField;
    const hash = hashOf({ layer, state, usage, masks: rows, maskAt }, words);
    const bucket = hash & (buckets.length - 1);
    rows[start + nextField] = intAt(buckets, bucket);
    buckets[bucket] = row + 1;
  }
  deadEnds.buckets = buckets;
}
