import { describe, expect, it } from "vitest";
import { seededRandom } from "../../generator/seeded-random.js";
import { historyOf } from "../../testing/histories.js";
import { anyKvHistory, spoilt } from "./any-history.fixture.js";
import { createKvLinearizable } from "./kv-linearizable.js";
import { isLinearizable } from "./kv-oracle.fixture.js";
import { kvRevisions } from "./kv-revisions.js";

const limits = { deadlineMs: 60_000, memoryMb: 500 };
/** In as many windows as there can be, and in one. */
const checkers = [1, 100].map((leastTogether) => createKvLinearizable({ leastTogether }));

/** Half of them spoilt; of those some still have an order. */
function drawn(seed: number) {
  const random = seededRandom(seed).fork("kv");
  const right = anyKvHistory(random, 2 + random.below(6));
  return random.below(2) === 0
    ? { isSpoilt: false, operations: right }
    : { isSpoilt: true, operations: spoilt(random, right) };
}

describe("small histories, held against all orders of their operations", () => {
  it("are called invalid only where there is none, and valid only where there is one", async () => {
    const seen = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 2_000; seed++) {
      const { operations, isSpoilt } = drawn(seed);
      const history = historyOf(operations);
      const hasOrder = isLinearizable(operations, { isStrict: true });
      if (!isSpoilt) expect(hasOrder, `seed ${seed}: the oracle`).toBe(true);
      const mayHaveOrder = hasOrder || isLinearizable(operations, { isStrict: false });
      for (const checker of checkers) {
        const { validity } = await checker.check(history, limits);
        seen[validity] += 1;
        if (hasOrder) expect(validity, `seed ${seed}`).not.toBe("invalid");
        if (!mayHaveOrder) expect(validity, `seed ${seed}`).not.toBe("valid");
      }
      const revisions = await kvRevisions.check(history, limits);
      if (hasOrder) expect(revisions.validity, `seed ${seed}`).toBe("valid");
    }
    expect(seen.unknown).toBe(0);
    expect(seen.valid).toBeGreaterThan(500);
    expect(seen.invalid).toBeGreaterThan(500);
  });
});

it("longer ones that a store answered are never called invalid, however they are cut", async () => {
  const longer = [1, 8].map((leastTogether) => createKvLinearizable({ leastTogether }));
  for (let seed = 1; seed <= 250; seed++) {
    const random = seededRandom(seed).fork("longer");
    const history = historyOf(anyKvHistory(random, 10 + random.below(30)));
    for (const checker of longer) {
      const { validity } = await checker.check(history, limits);
      expect(validity, `seed ${seed}`).toBe("valid");
    }
  }
});
