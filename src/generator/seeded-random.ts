import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { UsageError } from "../core/errors.js";
import type { Random } from "../core/random.js";

/**
 * A stream of choices that `seed` names: the same seed gives the same stream on every machine.
 * Seeds are whole numbers that a JavaScript number holds exactly; others are a UsageError.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new UsageError(`A seed must be a whole number below 2^53 in size, not ${seed}.`);
  }
  return streamAt(digest(`seed ${seed}`));
}

/**
 * The stream that belongs to a place in the tree of forks. A place is the digest of its parent's
 * place and its own name, so what was drawn, and how often others forked, changes nothing.
 */
function streamAt(place: Buffer): Random {
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => place.readInt32LE(at)));

  const below = (limit: number): number => {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`expected a whole number above 0 as the limit, got ${limit}`);
    }
    return uniformInt(generator, 0, limit - 1);
  };

  return {
    below,
    fraction: () => uniformFloat64(generator),
    pick: (choices) => itemAt(choices, below(choices.length)),
    shuffle: (items) => {
      const left = [...items];
      return items.map(() => itemAt(left.splice(below(left.length), 1), 0));
    },
    fork: (name) => streamAt(digest(`${place.toString("hex")} ${name}`)),
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function itemAt<T>(items: readonly T[], index: number): T {
  if (index >= items.length) throw new RangeError(`no item ${index} among ${items.length}`);
  // In range, so it is a T, even where T itself admits undefined.
  return items[index] as T;
}
