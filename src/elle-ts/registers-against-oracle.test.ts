import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { checkRegisters, type RegisterCheckOptions } from "./check-registers.js";
import type { RegisterOperation, RegisterTransaction } from "./register-transaction.js";
import type { Draw } from "./serial-history.fixture.js";
import { hasSerialRegisterOrder } from "./serial-oracle.fixture.js";
import { registerReadsIn, serialRegisters, withOperation } from "./serial-registers.fixture.js";

/** Serial histories of which some operations are spoilt, and some ends come earlier than they did. */
function spoiltHistory(draw: Draw, versions: boolean): RegisterTransaction[] {
  let history = serialRegisters(draw, {
    ...{ transactions: 1 + draw(6), keys: 1 + draw(3), operations: 1 + draw(3) },
    ...{ spread: 1 + draw(50), uncertain: draw(3) === 0 ? 0 : 8, versions },
  });
  for (let spoilt = draw(4); spoilt > 0; spoilt -= 1) {
    const reads = registerReadsIn(history);
    const read = reads[draw(Math.max(1, reads.length))];
    if (read) {
      const other = otherValue(draw, { key: read.key, history, versions });
      history = withOperation(history, read, { f: "read", key: read.key, ...other });
    }
  }
  if (versions && draw(4) === 0) history = withOtherVersion(draw, history);
  return draw(3) === 0 ? history.map((transaction) => shorter(draw, transaction)) : history;
}

interface Place {
  readonly key: string;
  readonly history: readonly RegisterTransaction[];
  readonly versions: boolean;
}

function otherValue(draw: Draw, { key, history, versions }: Place) {
  const written = history.flatMap(({ operations }) =>
    operations.flatMap((each) => (each.f === "write" && each.key === key ? each.value : [])),
  );
  const drawn = draw(written.length + 2);
  if (drawn === written.length) return { value: null };
  const value = written[drawn];
  if (value === undefined) return draw(4) === 0 ? { value: "never" } : { value: null };
  return { value, ...(versions && { version: Number(value) }) };
}

function withOtherVersion(
  draw: Draw,
  history: readonly RegisterTransaction[],
): RegisterTransaction[] {
  const transaction = draw(history.length);
  const operations = history[transaction]?.operations ?? [];
  const operation = draw(operations.length);
  const spoilt = operations[operation];
  if (spoilt?.version === undefined) return [...history];
  const version = draw(12);
  const other: RegisterOperation = { ...spoilt, version };
  return withOperation(history, { transaction, operation }, other);
}

function shorter(draw: Draw, transaction: RegisterTransaction): RegisterTransaction {
  const { invokedAt, completedAt } = transaction;
  return completedAt === undefined
    ? transaction
    : { ...transaction, completedAt: invokedAt + 0.1 + draw(Math.ceil(completedAt - invokedAt)) };
}

const runs = 4000;
const allOf: RegisterCheckOptions = { sequentialKeys: true, linearizableKeys: true };

describe.each<[string, boolean, RegisterCheckOptions]>([
  ["without versions", false, {}],
  ["without versions, keys being linearizable", false, { linearizableKeys: true }],
  ["without versions, keys being sequential", false, { sequentialKeys: true }],
  ["with versions", true, { writesFollowReads: false }],
  ["with versions and all else", true, allOf],
])("%s", (_, versions, options) => {
  it("never says invalid where there is a serial order, and always where all is known and none", async () => {
    const met = { valid: 0, invalid: 0, missed: 0, exact: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = seededRandom(seed);
        const history = spoiltHistory((limit) => random.below(limit), versions);
        const { validity, partlyOrdered, stopped } = await checkRegisters(history, options);
        const hasOrder = hasSerialRegisterOrder(history);
        expect(stopped).toBe(false);
        met[hasOrder ? "valid" : "invalid"] += 1;
        if (partlyOrdered === 0) met.exact += 1;
        if (!hasOrder && validity !== "invalid") met.missed += 1;
        if (hasOrder || partlyOrdered === 0) expect(validity).toBe(hasOrder ? "valid" : "invalid");
      }),
      { numRuns: runs },
    );
    // Or it would have been about one of them alone.
    expect(met.valid).toBeGreaterThan(runs / 10);
    expect(met.invalid).toBeGreaterThan(runs / 10);
    expect(met.exact).toBeGreaterThan(runs / (versions ? 1.5 : 10));
    expect(met.missed).toBeLessThan(met.invalid / 4);
  });
});
