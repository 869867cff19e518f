import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../generator/seeded-random.js";
import { check } from "./check.js";
import {
  type Draw,
  type PlacedRead,
  readsIn,
  serialHistory,
  withRead,
} from "./serial-history.fixture.js";
import { precedes, type Transaction } from "./transaction.js";

const shape = { transactions: 60, keys: 4, operations: 4, spread: 60, uncertain: 12 };

/** Histories of overlapping transactions, strictly serializable by how they were made. */
function serialFrom(seed: number) {
  const random = seededRandom(seed);
  const draw: Draw = (limit) => random.below(limit);
  return { draw, history: serialHistory(draw, shape) };
}

it("finds nothing in what was carried out one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { history } = serialFrom(seed);
      expect(await check(history)).toMatchObject({ validity: "valid", anomalies: [] });
    }),
    { numRuns: 300 },
  );
});

/** The history with an anomaly; undefined where it has no place for it. */
type Plant = (history: readonly Transaction[], draw: Draw) => Transaction[] | undefined;

it.each<[string, RegExp, Plant]>([
  [
    "a stale read",
    /^G(0|1c|-single|-nonadjacent|2-item)|^internal$|^lost-append$/,
    (history, draw) =>
      spoilOne(history, draw, (read) => {
        const seen = read.elements.findIndex((element) =>
          endedBefore(history, writerOf(history, read.key, element), read.transaction),
        );
        return seen === -1 ? undefined : read.elements.slice(0, seen);
      }),
  ],
  [
    "an append that is gone from every read",
    /^lost-append$/,
    (history, draw) => {
      const reads = readsIn(history);
      const lost = pick(
        draw,
        reads.flatMap(({ key, elements, transaction }) =>
          elements
            .filter((each) => endedBefore(history, writerOf(history, key, each), transaction))
            .map((element) => ({ key, element })),
        ),
      );
      if (!lost) return undefined;
      return reads
        .filter(({ key, elements }) => key === lost.key && elements.includes(lost.element))
        .reduce(
          (soFar, read) =>
            withRead(
              soFar,
              read,
              read.elements.filter((each) => each !== lost.element),
            ),
          [...history],
        );
    },
  ],
  [
    "a read of what failed",
    /^G1a$/,
    (history, draw) => {
      const read = pick(
        draw,
        readsIn(history).filter(({ elements }) => elements.length > 0),
      );
      const element = read && pick(draw, read.elements);
      const writer = read && element && writerOf(history, read.key, element);
      if (writer === undefined || writer === read?.transaction) return undefined;
      return history.map((each, i) =>
        i === writer ? { ...each, outcome: "fail" as const } : each,
      );
    },
  ],
  [
    "an element that nobody appended",
    /^garbage-read$/,
    (history, draw) => spoilOne(history, draw, ({ elements }) => [...elements, "never"]),
  ],
  [
    "an element read twice",
    /^duplicate-elements$/,
    (history, draw) =>
      spoilOne(history, draw, ({ elements }) =>
        elements.length > 0 ? [...elements, ...elements.slice(0, 1)] : undefined,
      ),
  ],
  [
    "two elements exchanged, where others read them as they were",
    /^incompatible-order$/,
    (history, draw) =>
      spoilOne(history, draw, ({ key, elements, transaction }) => {
        const others = readsIn(history).filter(
          (other) => other.key === key && other.transaction !== transaction,
        );
        const [last = "", before = ""] = elements.toReversed();
        return elements.length > 1 && others.some((other) => other.elements.includes(last))
          ? [...elements.slice(0, -2), last, before]
          : undefined;
      }),
  ],
])("finds %s", async (_, type, plant) => {
  let planted = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { draw, history } = serialFrom(seed);
      const spoilt = plant(history, draw);
      if (!spoilt) return;
      planted += 1;
      const { validity, counts } = await check(spoilt);
      expect(validity).toBe("invalid");
      expect(Object.keys(counts).filter((each) => type.test(each))).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
  expect(planted).toBeGreaterThan(100);
});

function spoilOne(
  history: readonly Transaction[],
  draw: Draw,
  spoil: (read: PlacedRead) => readonly string[] | undefined,
): Transaction[] | undefined {
  const places = readsIn(history).filter((read) => spoil(read));
  const read = pick(draw, places);
  const elements = read && spoil(read);
  return elements && withRead(history, read, elements);
}

function pick<T>(draw: Draw, items: readonly T[]): T | undefined {
  return items[draw(Math.max(1, items.length))];
}

function writerOf(history: readonly Transaction[], key: string, element: string): number {
  return history.findIndex(({ operations }) =>
    operations.some((each) => each.f === "append" && each.key === key && each.element === element),
  );
}

function endedBefore(history: readonly Transaction[], one: number, other: number): boolean {
  const [earlier, later] = [history[one], history[other]];
  return earlier !== undefined && later !== undefined && precedes(earlier, later);
}
