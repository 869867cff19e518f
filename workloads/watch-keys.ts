import type { WatchedRange } from "../src/checkers/watch/watch-record.js";
import type { Random } from "../src/core/random.js";

export const keyPrefix = "watch/";

/** Every key of the workload, and what nobody wrote there. */
export const allKeys: WatchedRange = { key: keyPrefix, rangeEnd: "watch0" };

const groups = ["a", "b", "c"] as const;
const keysOfGroup = 4;

/** In order. Few, so that clients meet; grouped, so that there are prefixes and ranges. */
export const keys: readonly string[] = groups.flatMap((group) =>
  Array.from({ length: keysOfGroup }, (_, number) => `${keyPrefix}${group}/${number}`),
);

/** A single key half of the time; else a prefix, a range, all keys, or all from a key on. */
export function drawRange(random: Random): WatchedRange {
  const kind = random.below(20);
  const single = random.pick(keys);
  const group = random.pick(groups);
  const first = random.below(keys.length - 1);
  const width = 1 + random.below(keys.length - 1 - first);
  const key = keys[first] ?? keyPrefix;
  if (kind < 10) return { key: single };
  if (kind < 14) return { key: `${keyPrefix}${group}/`, rangeEnd: `${keyPrefix}${group}0` };
  if (kind < 17) return { key, rangeEnd: keys[first + width] ?? keyPrefix };
  if (kind < 19) return allKeys;
  return { key, rangeEnd: "\0" };
}
