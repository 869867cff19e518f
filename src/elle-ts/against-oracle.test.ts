import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { check } from "./check.js";
import { type Draw, readsIn, serialHistory, withRead } from "./serial-history.fixture.js";
import { hasSerialOrder } from "./serial-oracle.fixture.js";
import type { Transaction } from "./transaction.js";

/** Serial histories of which some reads are spoilt, and some ends come earlier than they did. */
function spoiltHistory(draw: Draw): Transaction[] {
  let history = serialHistory(draw, {
    ...{ transactions: 1 + draw(6), keys: 1 + draw(3), operations: 1 + draw(4) },
    ...{ spread: 1 + draw(50), uncertain: draw(3) === 0 ? 0 : 8 },
  });
  for (let spoilt = draw(4); spoilt > 0; spoilt -= 1) {
    const reads = readsIn(history);
    const read = reads[draw(Math.max(1, reads.length))];
    if (read) history = withRead(history, read, spoiltList(draw, read.elements, read.key, history));
  }
  return draw(3) === 0 ? history.map((transaction) => shorter(draw, transaction)) : history;
}

function spoiltList(
  draw: Draw,
  elements: readonly string[],
  key: string,
  history: readonly Transaction[],
): readonly string[] {
  const appended = history.flatMap(({ operations }) =>
    operations.flatMap((each) => (each.f === "append" && each.key === key ? each.element : [])),
  );
  const some = appended[draw(Math.max(1, appended.length))];
  const more = some === undefined ? elements : [...elements, some];
  const ways = [
    () => elements.slice(0, -1),
    () => elements.slice(0, draw(elements.length + 1)),
    () => more,
    () => appended.slice(0, elements.length + 1),
    () => elements.toSorted(() => draw(2) - 0.5),
    () => [...elements.slice(1), ...elements.slice(0, 1)],
    () => elements.filter(() => draw(4) > 0),
    () => (draw(5) === 0 ? ["never"] : more),
  ];
  return (ways[draw(ways.length)] ?? ways[0] ?? (() => elements))();
}

function shorter(draw: Draw, transaction: Transaction): Transaction {
  const { invokedAt, completedAt } = transaction;
  return completedAt === undefined
    ? transaction
    : { ...transaction, completedAt: invokedAt + 0.1 + draw(Math.ceil(completedAt - invokedAt)) };
}

const runs = 4000;

it("says invalid if and only if no serial order agrees with real time", async () => {
  const met = { valid: 0, invalid: 0, unknown: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seededRandom(seed);
      const history = spoiltHistory((limit) => random.below(limit));
      const { validity } = await check(history);
      met[validity] += 1;
      expect(validity).toBe(hasSerialOrder(history) ? "valid" : "invalid");
    }),
    { numRuns: runs },
  );
  // Or it would have been about one of them alone.
  expect(met.valid).toBeGreaterThan(runs / 10);
  expect(met.invalid).toBeGreaterThan(runs / 10);
});
