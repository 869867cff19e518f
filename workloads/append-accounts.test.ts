import { expect, it } from "vitest";
import { appendAccounts } from "./append-accounts.js";
import type { AppendInput } from "./append-operations.js";

const found = (elements: readonly number[], modRevision: number) => ({ elements, modRevision });
const look = (key: string, elements: readonly number[], modRevision: number) => ({
  ...{ key, value: JSON.stringify(elements), modRevision },
});
const absent = (key: string) => ({ key, value: null, modRevision: 0 });

const input: AppendInput = {
  f: "append",
  operations: [
    { f: "r", key: "x" },
    { f: "append", key: "x", value: 3 },
    { f: "r", key: "x" },
    { f: "r", key: "y" },
  ],
  expected: [{ key: "x", ...found([1, 2], 5) }],
};

it("asks to write the whole list", () => {
  expect(appendAccounts.asked(input)).toEqual([{ key: "x", value: "[1,2,3]" }]);
});

it("looked before it wrote where a read stands before the append, and where a guard held", () => {
  const lists = [found([1, 2], 5), found([1, 2, 3], 8), found([], 0)];
  expect(appendAccounts.told(input, { applied: true, revision: 8, lists })).toEqual({
    wrote: true,
    looks: [
      { ...look("x", [1, 2], 5), isBefore: true },
      { ...look("x", [1, 2], 5), isBefore: true },
      look("x", [1, 2, 3], 8),
      absent("y"),
    ],
  });
});

it("only looked where it was refused, at each key once", () => {
  const lists = [found([1, 4], 7), found([9], 6)];
  expect(appendAccounts.told(input, { applied: false, lists })).toEqual({
    wrote: false,
    looks: [look("x", [1, 4], 7), look("y", [9], 6)],
  });
});

it("only looked where nothing was appended", () => {
  const read: AppendInput = { f: "read", operations: [{ f: "r", key: "x" }], expected: [] };
  const output = { applied: true, revision: 9, lists: [found([1], 2)] } as const;
  expect(appendAccounts.asked(read)).toEqual([]);
  expect(appendAccounts.told(read, output)).toEqual({ wrote: false, looks: [look("x", [1], 2)] });
});
