import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { checkRegisters, type RegisterCheckOptions } from "./check-registers.js";
import type { RegisterTransaction } from "./register-transaction.js";
import type { Draw } from "./serial-history.fixture.js";
import {
  type PlacedRegisterRead,
  registerReadsIn,
  serialRegisters,
  withOperation,
} from "./serial-registers.fixture.js";
import { precedes } from "./transaction.js";

const shape = { transactions: 60, keys: 4, operations: 4, spread: 60, uncertain: 12 };

/** Histories of overlapping transactions, strictly serializable by how they were made. */
function serialFrom(seed: number, versions: boolean) {
  const random = seededRandom(seed);
  const draw: Draw = (limit) => random.below(limit);
  return { draw, history: serialRegisters(draw, { ...shape, versions }) };
}

const everything: RegisterCheckOptions = { sequentialKeys: true, linearizableKeys: true };

it.each([
  [true, {}],
  [true, everything],
  [false, {}],
  [false, everything],
])(
  "finds nothing in what was carried out one after the other (versions: %s, %j)",
  async (versions, options) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { history } = serialFrom(seed, versions);
        const result = await checkRegisters(history, options);
        expect(result).toMatchObject({ validity: "valid", anomalies: [] });
      }),
      { numRuns: 200 },
    );
  },
);

/** The history with an anomaly; undefined where it has no place for it. */
type Plant = (
  history: readonly RegisterTransaction[],
  draw: Draw,
) => RegisterTransaction[] | undefined;

it.each<[string, RegExp, Plant]>([
  [
    "a stale read",
    /^G(0|1b|1c|-single|-nonadjacent|2-item)|^internal$|^cyclic-versions/,
    (history, draw) => {
      const read = pick(
        draw,
        registerReadsIn(history).filter(({ key, value, transaction }) => {
          const writer = value === null ? -1 : writerOf(history, key, value);
          return writer !== -1 && endedBefore(history, writer, transaction);
        }),
      );
      return read && withOperation(history, read, { f: "read", key: read.key, value: null });
    },
  ],
  [
    "a read of what failed",
    /^G1a$/,
    (history, draw) => {
      const read = pick(draw, registerReadsIn(history).filter(isOfAnother(history)));
      const writer = read?.value == null ? -1 : writerOf(history, read.key, read.value);
      if (writer === -1) return undefined;
      return history.map((each, i) =>
        i === writer ? { ...each, outcome: "fail" as const } : each,
      );
    },
  ],
  [
    "a value that nobody wrote",
    /^garbage-read$|^internal$/,
    (history, draw) => {
      const read = pick(draw, registerReadsIn(history));
      return read && withOperation(history, read, { f: "read", key: read.key, value: "never" });
    },
  ],
  [
    "write skew",
    /^G2-item$/,
    (history) => [
      ...history,
      late(1, { read: "skew1", write: "skew2" }),
      late(2, { read: "skew2", write: "skew1" }),
    ],
  ],
  [
    "a lost update",
    /^lost-update$/,
    (history) => [
      ...history,
      late(1, { read: "lost", write: "lost" }),
      late(2, { read: "lost", write: "lost" }),
    ],
  ],
])("finds %s", async (_, type, plant) => {
  let planted = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, versions) => {
      const { draw, history } = serialFrom(seed, versions);
      const spoilt = plant(history, draw);
      if (!spoilt) return;
      planted += 1;
      const { validity, counts } = await checkRegisters(spoilt, everything);
      expect(validity).toBe("invalid");
      expect(Object.keys(counts).filter((each) => type.test(each))).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
  expect(planted).toBeGreaterThan(100);
});

it("says the same whatever keys, values and processes are called and however all stand", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, versions) => {
      const { draw, history } = serialFrom(seed, versions);
      const read = pick(draw, registerReadsIn(history));
      const spoilt = read
        ? withOperation(history, read, { f: "read", key: read.key, value: null })
        : history;
      const { validity, counts, models, partlyOrdered } = await checkRegisters(spoilt);
      const renamed = await checkRegisters(spoilt.map(renamedTransaction));
      expect(renamed).toMatchObject({ validity, counts, models, partlyOrdered });
      const shuffled = shuffle(spoilt, draw);
      const again = await checkRegisters(shuffled);
      expect(again).toMatchObject({ validity, models, partlyOrdered });
    }),
    { numRuns: 300 },
  );
});

function renamedTransaction(transaction: RegisterTransaction): RegisterTransaction {
  return {
    ...transaction,
    process: `p${transaction.process}`,
    operations: transaction.operations.map((each) => ({
      ...each,
      key: `${each.key}/renamed`,
      ...(each.value != null && { value: `v${each.value}` }),
      ...(each.version !== undefined && { version: 3 * each.version - 1000 }),
    })),
  };
}

function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  return items
    .map((item) => ({ item, place: draw(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** After all others: reads one key as absent and writes another. */
function late(
  process: number,
  { read, write }: { readonly read: string; readonly write: string },
): RegisterTransaction {
  return {
    ...{ process: `late${process}`, invokedAt: 10_000 + process, completedAt: 20_000 },
    outcome: "ok",
    operations: [
      { f: "read", key: read, value: null },
      { f: "write", key: write, value: `late${process}` },
    ],
  };
}

function pick<T>(draw: Draw, items: readonly T[]): T | undefined {
  return items[draw(Math.max(1, items.length))];
}

function isOfAnother(history: readonly RegisterTransaction[]) {
  return ({ key, value, transaction, operation }: PlacedRegisterRead): boolean => {
    const before = history[transaction]?.operations.slice(0, operation) ?? [];
    if (value === null || before.some((each) => each.key === key)) return false;
    return writerOf(history, key, value) !== transaction;
  };
}

function writerOf(history: readonly RegisterTransaction[], key: string, value: string): number {
  return history.findIndex(({ operations }) =>
    operations.some((each) => each.f === "write" && each.key === key && each.value === value),
  );
}

function endedBefore(history: readonly RegisterTransaction[], one: number, other: number): boolean {
  const [earlier, later] = [history[one], history[other]];
  return earlier !== undefined && later !== undefined && precedes(earlier, later);
}
