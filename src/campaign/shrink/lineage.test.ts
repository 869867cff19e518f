import { describe, expect, it } from "vitest";
import type { Input } from "../../core/operation.js";
import { fail, historyOf, info, ok } from "../../testing/histories.js";
import { keyOf, lineageOf } from "./lineage.js";

const write = (value: number, key = "x") => ({ f: "write", key, value });
const read = { f: "read", key: "x" };
const swap = (expected: number, value: number) => ({
  ...{ f: "cas", key: "x", on: "value", expected, value },
});
const saw = (value: number, modRevision = 0) => ({ value, modRevision, version: 1 });

const { operations } = historyOf([
  ok(0, "0..1", write(1), {}),
  ok(0, "2..3", write(1, "y"), {}),
  ok(0, "4..5", swap(1, 2), { swapped: true }),
  info(1, "6..", swap(2, 3)),
  ok(0, "7..8", read, saw(3, 1)),
  fail(0, "9..10", write(4)),
  ok(0, "11..12", read, saw(4)),
  ok(0, "13..14", read, saw(99)),
  ok(0, "15..16", { f: "read-all" }, [1, 2]),
]);
const lineage = lineageOf(operations);

it.each([
  ["a write brings its value in", 0, []],
  ["another key has nothing to do with it", 1, []],
  ["a swap needs what it found", 2, [0]],
  ["a read needs what it saw, and not what has the number of its revision", 4, [3]],
  ["also what failed", 6, [5]],
  ["nobody brought it in", 7, []],
  ["a value without a key is another", 8, []],
])("%s", (_, place, sources) => {
  expect(lineage.sourcesOf(place)).toEqual(sources);
});

it("of several that ask with a value the last one counts that can have brought it", () => {
  const add = { f: "add", key: "x", value: 7 };
  const retried = historyOf<Input, unknown>([
    ok(0, "0..1", add, { added: false }),
    ok(1, "2..3", read, saw(0)),
    ok(0, "4..6", add, { added: true }),
    ok(1, "5..7", read, saw(7)),
    ok(0, "8..9", add, { added: false }),
  ]);
  const found = lineageOf(retried.operations);
  expect([0, 1, 2, 3, 4].map((place) => found.sourcesOf(place))).toEqual([[], [], [], [2], []]);
});

it("a guess is no source, however early", () => {
  const guessed = historyOf([
    ok(0, "0..1", swap(5, 6), { swapped: false, found: 1 }),
    ok(0, "2..3", write(5), {}),
    ok(0, "4..5", read, saw(5)),
  ]);
  expect(lineageOf(guessed.operations).sourcesOf(2)).toEqual([1]);
});

describe("whoever found nothing", () => {
  const deletion = { f: "delete", key: "x" };
  const deleted = (value: number) => ({ deleted: true, revision: 9, previous: saw(value) });
  const nothing = { value: null, modRevision: 0, version: 0 };
  const found = historyOf<Input, unknown>([
    ok(1, "0..1", read, nothing),
    ok(0, "2..3", write(1), {}),
    ok(0, "4..5", deletion, deleted(1)),
    info(2, "6..", deletion),
    ok(0, "7..8", write(2), {}),
    ok(0, "9..10", deletion, deleted(2)),
    fail(3, "11..12", deletion),
    ok(1, "13..16", read, nothing),
    ok(0, "14..15", deletion, { deleted: false }),
    ok(0, "17..18", { ...deletion, key: "y" }, { deleted: true, revision: 9, previous: saw(1) }),
    ok(1, "19..20", { f: "cas", key: "x", on: "mod", expected: null, value: 3 }, { swapped: true }),
    ok(1, "21..22", { ...write(4), previous: true }, { revision: 9, previous: nothing }),
    ok(1, "23..24", { ...swap(9, 5) }, { swapped: false, found: null, foundRevision: 0 }),
    ok(1, "25..26", read, saw(4)),
  ]);
  const of = (place: number) => lineageOf(found.operations).sourcesOf(place).toSorted();

  it.each([
    ["from the beginning needs nobody", 0, []],
    ["needs each deletion that can have been the last, and none that was replaced", 7, [3, 5]],
    ["as a deletion needs another", 8, [3, 5]],
    ["as a guard needs it too", 10, [3, 5]],
    ["as a write that says what it replaced does, too", 11, [3, 5]],
    ["as a refused swap does, too", 12, [3, 5]],
  ])("%s", (_, place, sources) => {
    expect(of(place)).toEqual(sources);
  });

  it("does not concern who found something", () => {
    expect([of(2), of(5), of(13)]).toEqual([[1], [4], [11]]);
  });

  it("loses no deletion without being dropped itself", () => {
    const lineage = lineageOf(found.operations);
    expect(lineage.withoutOrphans([1, 4, 7])).toEqual([1, 4]);
    expect(lineage.withSources([7])).toEqual([3, 4, 5, 7]);
  });
});

it("finds values in lists and nested fields", () => {
  const appended = historyOf([
    ok(0, "0..1", { f: "add", items: [{ element: "a" }] }, {}),
    ok(0, "2..3", { f: "all" }, { found: ["a", "b"] }),
  ]);
  expect(lineageOf(appended.operations).sourcesOf(1)).toEqual([0]);
});

it("goes on from source to source, among some where it is told so", () => {
  expect(lineage.withSources([4])).toEqual([0, 2, 3, 4]);
  expect(lineage.withSources([4], new Set([0, 3]))).toEqual([3, 4]);
});

it("drops what lacks a source, and what comes from that", () => {
  expect(lineage.withoutOrphans([0, 2, 3, 4])).toEqual([0, 2, 3, 4]);
  expect(lineage.withoutOrphans([0, 3, 4, 1])).toEqual([0, 1]);
});

it("knows the key of what has one", () => {
  expect(operations.map(keyOf).filter((key) => key !== "x")).toEqual(["y", ""]);
});
