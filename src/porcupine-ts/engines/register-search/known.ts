import { intAt } from "../../at.js";

/**
 * The configurations that were entered, by layer, value held and swaps placed; those that agree in
 * these in a chain. All in two arrays of numbers.
 */
export interface Known {
  /** Words of each of the three masks. */
  readonly words: number;
  /** How many crashed classes are counted. */
  readonly counted: number;
  /** Length of an entry: its fields, see below. */
  readonly length: number;
  /** Whether one configuration can stand for another one; otherwise only for itself. */
  readonly dominance: boolean;
  entries: Int32Array;
  count: number;
  /** The first entry of each chain plus one; 0: none. */
  table: Int32Array;
}

// An entry's fields: the next entry of its chain plus one, then the configuration.
const nextField = 0;
const configurationField = 1;
// A configuration's fields. It ends with the three masks and how often each counted class was used.
export const layerField = 0;
export const heldField = 1;
export const coverField = 2;
export const masksField = 3;

export function configurationLength(words: number, counted: number): number {
  return masksField + 3 * words + counted;
}

export function createKnown(options: {
  readonly words: number;
  readonly counted: number;
  readonly dominance: boolean;
}): Known {
  const length = configurationField + configurationLength(options.words, options.counted);
  return {
    ...options,
    length,
    entries: new Int32Array(256 * length),
    count: 0,
    table: new Int32Array(512),
  };
}

/**
 * Whether a configuration was entered that can do all that this one can, the one that begins at
 * `at` in `from`; otherwise remembers it. The rule "dominance".
 */
export function isKnown(known: Known, from: Int32Array, at: number): boolean {
  const bucket = hash(known, from, at) & (known.table.length - 1);
  const first = intAt(known.table, bucket);
  let entry = first;
  while (entry !== 0) {
    const place = (entry - 1) * known.length;
    if (standsFor(known, place + configurationField, from, at)) return true;
    entry = intAt(known.entries, place + nextField);
  }
  remember(known, { from, at, bucket, first });
  return false;
}

export function bytesOfKnown({ entries, table }: Known): number {
  return 4 * (entries.length + table.length);
}

function standsFor(known: Known, its: number, from: Int32Array, at: number): boolean {
  const { entries, words, counted, dominance } = known;
  if (intAt(entries, its + layerField) !== intAt(from, at + layerField)) return false;
  if (intAt(entries, its + heldField) !== intAt(from, at + heldField)) return false;
  const cover = intAt(from, at + coverField);
  if (dominance) {
    if (intAt(entries, its + coverField) < cover) return false;
  } else if (intAt(entries, its + coverField) !== cover) return false;
  const itsMasks = its + masksField;
  const masks = at + masksField;
  for (let word = 0; word < words; word++) {
    const looked = intAt(entries, itsMasks + word) ^ intAt(from, masks + word);
    if (looked !== 0 && !(dominance && (looked & intAt(from, masks + word)) === 0)) return false;
    const written = intAt(entries, itsMasks + words + word) ^ intAt(from, masks + words + word);
    if (
      written !== 0 &&
      !(dominance && (written & intAt(entries, itsMasks + words + word)) === 0)
    ) {
      return false;
    }
    const swapped = 2 * words + word;
    if (intAt(entries, itsMasks + swapped) !== intAt(from, masks + swapped)) return false;
  }
  const itsUses = itsMasks + 3 * words;
  const uses = masks + 3 * words;
  for (let its = 0; its < counted; its++) {
    const used = intAt(entries, itsUses + its);
    if (used !== intAt(from, uses + its) && !(dominance && used < intAt(from, uses + its))) {
      return false;
    }
  }
  return true;
}

function remember(
  known: Known,
  where: {
    readonly from: Int32Array;
    readonly at: number;
    readonly bucket: number;
    readonly first: number;
  },
): void {
  const { from, at, bucket, first } = where;
  const place = known.count * known.length;
  if (place + known.length > known.entries.length) {
    const larger = new Int32Array(2 * known.entries.length);
    larger.set(known.entries);
    known.entries = larger;
  }
  const { entries } = known;
  entries[place + nextField] = first;
  for (let field = 0; field < known.length - configurationField; field++) {
    entries[place + configurationField + field] = intAt(from, at + field);
  }
  known.count++;
  known.table[bucket] = known.count;
  if (2 * known.count > known.table.length) enlargeTable(known);
}

function enlargeTable(known: Known): void {
  const table = new Int32Array(2 * known.table.length);
  // The oldest first: chains keep their order, the newest in front.
  for (let entry = 1; entry <= known.count; entry++) {
    const place = (entry - 1) * known.length;
    const bucket = hash(known, known.entries, place + configurationField) & (table.length - 1);
    known.entries[place + nextField] = intAt(table, bucket);
    table[bucket] = entry;
  }
  known.table = table;
}

/** Of layer, value held and swaps placed. */
function hash({ words }: Known, from: Int32Array, at: number): number {
  let mixed = Math.imul(intAt(from, at + layerField) ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ intAt(from, at + heldField), 0xc2b2ae35);
  for (let word = 2 * words; word < 3 * words; word++) {
    mixed = Math.imul(mixed ^ (mixed >>> 13) ^ intAt(from, at + masksField + word), 0x27d4eb2f);
  }
  return mixed ^ (mixed >>> 16);
}
