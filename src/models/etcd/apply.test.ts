import { describe, expect, it } from "vitest";
import type {
  Compare,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
} from "../../core/client.js";
import { apply } from "./apply.js";
import type { KvInput } from "./requests.js";
import { emptyState } from "./state.js";

const put = (key: string, value: string, rest: Partial<PutRequest> = {}): KvInput => ({
  f: "put",
  request: { key, value, ...rest },
});
const remove = (key: string, rangeEnd = "", prevKv = false): KvInput => ({
  f: "delete",
  request: { key, rangeEnd, prevKv },
});
const range = (key: string, rest: Partial<RangeRequest> = {}): KvInput => ({
  f: "range",
  request: { key, ...rest },
});
const all = (rest: Partial<RangeRequest> = {}) => range("a", { rangeEnd: "z", ...rest });
const compact = (revision: number): KvInput => ({ f: "compact", request: { revision } });
const grant = (id: string): KvInput => ({ f: "grant", request: { id, ttl: 60 } });
const revoke = (id: string): KvInput => ({ f: "revoke", request: { id } });
function txn(
  compare: readonly Compare[],
  success: readonly KvInput[],
  failure: readonly KvInput[] = [],
): KvInput {
  const operations = (inputs: readonly KvInput[]) =>
    inputs.map(({ f, request }) => ({ type: f === "delete" ? "delete-range" : f, request }));
  return {
    f: "txn",
    request: {
      compare,
      success: operations(success) as TxnOperation[],
      failure: operations(failure) as TxnOperation[],
    },
  };
}
const equals = (key: string, target: Compare["target"], operand: string | number, rangeEnd = "") =>
  ({ key, rangeEnd, target, result: "equal", operand }) as Compare;

const kv = (key: string, value: string, mod: number, rest: Partial<KeyValue> = {}): KeyValue => ({
  ...{ key, value, modRevision: mod, createRevision: mod, version: 1, lease: "0" },
  ...rest,
});
const [one, two] = [kv("a", "1", 2), kv("b", "2", 3)];
const again = kv("a", "3", 4, { createRevision: 2, version: 2 });
const found = (...kvs: readonly KeyValue[]) => ({ kvs, count: kvs.length, more: false });
const isError = (error: string) => ({ error });

/** From revision 1 and no keys: what was done before, what is asked, and what is to be answered. */
const rules: readonly [string, readonly KvInput[], KvInput, object][] = [
  ["a put makes a revision", [], put("a", "1"), { revision: 2 }],
  ["an empty store is read", [], all(), { revision: 1, ...found() }],
  ["a key is made", [put("a", "1")], range("a"), { revision: 2, ...found(one) }],
  ["a key is changed", abaOf(), range("a"), { revision: 4, ...found(again) }],
  ["prev_kv", abaOf(), put("a", "4", { prevKv: true }), { revision: 5, prevKv: again }],
  ["no prev_kv", [], put("a", "4", { prevKv: true }), { revision: 2 }],
  ["keys are read in order", abaOf(), all(), { revision: 4, ...found(again, two) }],
  [
    "the end of a range is not in it",
    abaOf(),
    range("a", { rangeEnd: "b" }),
    { revision: 4, ...found(again) },
  ],
  [
    "an end of zero is no end",
    abaOf(),
    range("b", { rangeEnd: "\0" }),
    { revision: 4, ...found(two) },
  ],
  ["an old revision", abaOf(), all({ revision: 3 }), { revision: 4, ...found(one, two) }],
  ["one yet to come", abaOf(), all({ revision: 5 }), isError("future-revision")],
  [
    "the compacted revision itself",
    [...abaOf(), compact(3)],
    all({ revision: 3 }),
    { revision: 4, ...found(one, two) },
  ],
  ["an older one", [...abaOf(), compact(3)], all({ revision: 2 }), isError("compacted")],
  ["a limit", abaOf(), all({ limit: 1 }), { revision: 4, kvs: [again], count: 2, more: true }],
  ["a limit as large as all", abaOf(), all({ limit: 2 }), { revision: 4, ...found(again, two) }],
  [
    "the count alone",
    abaOf(),
    all({ countOnly: true }),
    { revision: 4, kvs: [], count: 2, more: false },
  ],
  [
    "keys alone",
    abaOf(),
    range("b", { keysOnly: true }),
    { revision: 4, ...found({ ...two, value: "" }) },
  ],
  [
    "by mod_revision",
    abaOf(),
    all({ sort: { target: "mod", order: "ascend" } }),
    { revision: 4, ...found(two, again) },
  ],
  [
    "by create_revision, downwards",
    abaOf(),
    all({ sort: { target: "create", order: "descend" } }),
    { revision: 4, ...found(two, again) },
  ],
  [
    "by version",
    abaOf(),
    all({ sort: { target: "version", order: "ascend" } }),
    { revision: 4, ...found(two, again) },
  ],
  [
    "by value",
    abaOf(),
    all({ sort: { target: "value", order: "ascend" } }),
    { revision: 4, ...found(two, again) },
  ],
  [
    "bounds leave the count",
    abaOf(),
    all({ minModRevision: 4 }),
    { revision: 4, kvs: [again], count: 2, more: false },
  ],
  [
    "an upper bound",
    abaOf(),
    all({ maxCreateRevision: 2 }),
    { revision: 4, kvs: [again], count: 2, more: false },
  ],
  ["a deletion", abaOf(), remove("a"), { revision: 5, deleted: 1, prevKvs: [] }],
  [
    "a deletion of a range",
    abaOf(),
    remove("a", "z", true),
    { revision: 5, deleted: 2, prevKvs: [again, two] },
  ],
  [
    "a deletion of nothing makes no revision",
    abaOf(),
    remove("c"),
    { revision: 4, deleted: 0, prevKvs: [] },
  ],
  [
    "a key that is made again",
    [...abaOf(), remove("a"), put("a", "5")],
    range("a"),
    { revision: 6, ...found(kv("a", "5", 6)) },
  ],
  [
    "ignore_value",
    [put("a", "1"), put("a", "", { ignoreValue: true })],
    range("a"),
    { revision: 3, ...found({ ...one, modRevision: 3, version: 2 }) },
  ],
  ["ignore_value without a key", [], put("a", "", { ignoreValue: true }), isError("key-not-found")],
  [
    "ignore_lease without a key",
    [],
    put("a", "1", { ignoreLease: true }),
    isError("key-not-found"),
  ],
  [
    "ignore_lease",
    [grant("7"), put("a", "1", { lease: "7" }), put("a", "2", { ignoreLease: true })],
    range("a"),
    { revision: 3, ...found(kv("a", "2", 3, { createRevision: 2, version: 2, lease: "7" })) },
  ],
  [
    "a put without a lease takes it off",
    [grant("7"), put("a", "1", { lease: "7" }), put("a", "2")],
    revoke("7"),
    { revision: 3 },
  ],
  ["a lease that there is not", [], put("a", "1", { lease: "7" }), isError("lease-not-found")],
  [
    "the lease is looked for before the key",
    [],
    put("a", "", { ignoreValue: true, lease: "7" }),
    isError("lease-not-found"),
  ],
  [
    "in a transaction after it",
    [],
    txn([], [put("a", "", { ignoreValue: true, lease: "7" })]),
    isError("key-not-found"),
  ],
  ["a granted lease makes no revision", [], grant("7"), { revision: 1, id: "7", ttl: 60 }],
  [
    "a revoked lease takes its keys along",
    [grant("7"), put("a", "1", { lease: "7" }), put("b", "2"), revoke("7")],
    all(),
    { revision: 4, ...found(two) },
  ],
  ["a lease is revoked once", [grant("7"), revoke("7")], revoke("7"), isError("lease-not-found")],
  ["a compaction", abaOf(), compact(4), { revision: 4 }],
  ["a compaction twice", [...abaOf(), compact(3)], compact(3), isError("compacted")],
  ["a compaction of what is yet to come", abaOf(), compact(5), isError("future-revision")],
  [
    "one revision for a transaction",
    [],
    txn([], [put("a", "1"), put("b", "2")]),
    {
      revision: 2,
      succeeded: true,
      responses: [
        { type: "put", response: {} },
        { type: "put", response: {} },
      ],
    },
  ],
  [
    "reads in it see what was written before them",
    [],
    txn([], [put("a", "1"), all(), put("b", "2")]),
    {
      revision: 2,
      succeeded: true,
      responses: [
        { type: "put", response: {} },
        { type: "range", response: found(one) },
        { type: "put", response: {} },
      ],
    },
  ],
  [
    "a transaction without writes",
    abaOf(),
    txn([], [range("b")]),
    { revision: 4, succeeded: true, responses: [{ type: "range", response: found(two) }] },
  ],
  [
    "the other branch",
    abaOf(),
    txn([equals("a", "mod", 3)], [put("a", "9")], [range("b")]),
    { revision: 4, succeeded: false, responses: [{ type: "range", response: found(two) }] },
  ],
  [
    "comparisons of nested transactions see what was before",
    abaOf(),
    txn([], [put("a", "9"), txn([equals("a", "mod", 4)], [range("b")])]),
    {
      revision: 5,
      succeeded: true,
      responses: [
        { type: "put", response: {} },
        {
          type: "txn",
          response: { succeeded: true, responses: [{ type: "range", response: found(two) }] },
        },
      ],
    },
  ],
  [
    "a refused put takes the whole transaction along",
    [put("a", "1"), txn([], [put("b", "2"), put("c", "3", { lease: "7" })])],
    all(),
    { revision: 2, ...found(one) },
  ],
];

/** Two keys, one of them written twice, at revision 4. */
function abaOf(): KvInput[] {
  return [put("a", "1"), put("b", "2"), put("a", "3")];
}

it.each(rules)("%s", (_, before, asked, answer) => {
  let state = emptyState();
  for (const input of before) state = apply(state, input).state;
  expect(apply(state, asked).output).toEqual(answer);
});

describe("a comparison", () => {
  it.each([
    ["version of what is there", equals("a", "version", 2), true],
    ["create_revision", equals("a", "create", 2), true],
    ["mod_revision", equals("a", "mod", 4), true],
    ["value", equals("a", "value", "3"), true],
    ["lease", equals("a", "lease", "0"), true],
    ["zeros of what is not there", equals("c", "version", 0), true],
    ["the value of what is not there", equals("c", "value", ""), false],
    ["every key of a range", equals("a", "version", 2, "z"), false],
    ["a range of nothing", equals("c", "create", 0, "z"), true],
    ["less", { ...equals("a", "mod", 5), result: "less" }, true],
    ["greater", { ...equals("a", "mod", 4), result: "greater" }, false],
    ["not equal", { ...equals("a", "value", "3"), result: "not-equal" }, false],
  ] as const)("of %s", (_, compare, holds) => {
    let state = emptyState();
    for (const input of abaOf()) state = apply(state, input).state;
    expect(apply(state, txn([compare], [])).output).toMatchObject({ succeeded: holds });
  });
});
