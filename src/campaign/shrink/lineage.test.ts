import { expect, it } from "vitest";
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
