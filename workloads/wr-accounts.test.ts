import { expect, it } from "vitest";
import { wrAccounts } from "./wr-accounts.js";
import type { WrInput } from "./wr-operations.js";

const input: WrInput = {
  f: "write",
  operations: [
    { f: "r", key: "x" },
    { f: "w", key: "x", value: 3 },
    { f: "r", key: "x" },
    { f: "r", key: "y" },
    { f: "w", key: "z", value: 4 },
    { f: "r", key: "w" },
  ],
};

it("asks to write what it writes", () => {
  expect(wrAccounts.asked(input)).toEqual([
    { key: "x", value: 3 },
    { key: "z", value: 4 },
  ]);
});

it("looked before it wrote where a read stands before the write to its key", () => {
  const found = [
    { value: 1, modRevision: 5 },
    { value: 3, modRevision: 8 },
    { value: null, modRevision: 0 },
    { value: "not ours", modRevision: 7 },
  ];
  expect(wrAccounts.told(input, { found })).toEqual({
    wrote: true,
    looks: [
      { key: "x", value: 1, modRevision: 5, isBefore: true },
      { key: "x", value: 3, modRevision: 8 },
      { key: "y", value: null, modRevision: 0 },
      { key: "w", value: "not ours", modRevision: 7 },
    ],
  });
});

it("only looked where nothing was written", () => {
  const read: WrInput = { f: "read", operations: [{ f: "r", key: "x" }] };
  const found = [{ value: 1, modRevision: 5 }];
  expect(wrAccounts.asked(read)).toEqual([]);
  expect(wrAccounts.told(read, { found })).toEqual({
    wrote: false,
    looks: [{ key: "x", value: 1, modRevision: 5 }],
  });
});
