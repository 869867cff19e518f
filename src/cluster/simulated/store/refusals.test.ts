import { expect, it } from "vitest";
import type { TxnOperation } from "../../../core/client.js";
import type { Command } from "./command.js";
import { rangeRefusalOf, refusalOf } from "./refusals.js";

const put = (key: string): TxnOperation => ({ type: "put", request: { key, value: "1" } });
const deletion = (key: string, rangeEnd?: string): TxnOperation => ({
  type: "delete-range",
  request: rangeEnd === undefined ? { key } : { key, rangeEnd },
});
const nested = (
  success: readonly TxnOperation[],
  failure: readonly TxnOperation[] = [],
): TxnOperation => ({ type: "txn", request: { compare: [], success, failure } });
const txn = (...success: readonly TxnOperation[]): Command => ({
  type: "txn",
  request: { compare: [], success, failure: [] },
});
const puts = (count: number) => Array.from({ length: count }, (_, at) => put(`k${at}`));

const duplicate = "etcdserver: duplicate key given in txn request";
const tooMany = "etcdserver: too many operations in txn request";
const noKey = "etcdserver: key is not provided";

it.each<[string, Command, string]>([
  ["a put without a key", { type: "put", request: { key: "", value: "1" } }, noKey],
  ["a deletion without a key", { type: "delete-range", request: { key: "" } }, noKey],
  ["a nested put without a key", txn(nested([put("")])), noKey],
  [
    "a comparison without a key",
    {
      type: "txn",
      request: {
        compare: [{ key: "", target: "mod", result: "equal", operand: 0 }],
        success: [],
        failure: [],
      },
    },
    noKey,
  ],
  [
    "a value to be ignored",
    { type: "put", request: { key: "a", value: "1", ignoreValue: true } },
    "etcdserver: value is provided",
  ],
  [
    "a lease to be ignored",
    { type: "put", request: { key: "a", value: "1", lease: "7", ignoreLease: true } },
    "etcdserver: lease is provided",
  ],
  ["129 operations", txn(...puts(129)), tooMany],
  ["128 operations that are nested in one", txn(nested(puts(128))), tooMany],
  ["a key that is put twice", txn(put("a"), put("a")), duplicate],
  ["a key that is put and deleted", txn(put("a"), deletion("a")), duplicate],
  ["a key that is put inside a deleted range", txn(deletion("a", "c"), put("b")), duplicate],
  ["a key that is put here and in a nested one", txn(nested([put("a")]), put("a")), duplicate],
  ["a key that a nested one deletes", txn(nested([], [deletion("a")]), put("a")), duplicate],
  ["a key that two nested ones put", txn(nested([put("a")]), nested([put("a")])), duplicate],
])("refuses %s", (_, command, details) => {
  expect(refusalOf(command)).toEqual({ code: 3, details });
});

it.each<[string, Command]>([
  ["128 operations", txn(...puts(128))],
  ["127 operations that are nested in one", txn(nested(puts(127)))],
  ["a key that is put in either branch", txn(nested([put("a")], [put("a")]))],
  ["a key that is deleted twice", txn(deletion("a"), deletion("a", "c"))],
  ["a put of a key that an open-ended deletion has", txn(deletion("a", "\0"), put("b"))],
  [
    "an empty value to be ignored",
    { type: "put", request: { key: "a", value: "", ignoreValue: true } },
  ],
  ["a compaction", { type: "compact", revision: -5 }],
])("lets through %s", (_, command) => {
  expect(refusalOf(command)).toBeUndefined();
});

it("refuses a read without a key", () => {
  expect(rangeRefusalOf({ key: "" })).toEqual({ code: 3, details: noKey });
  expect(rangeRefusalOf({ key: "\0", rangeEnd: "\0" })).toBeUndefined();
});
