import { describe, expect, it } from "vitest";
import type { Compare, PutRequest, RangeRequest, TxnOperation } from "../../../core/client.js";
import type { BugName } from "../bugs.js";
import type { Applied, Command } from "./command.js";
import { Store } from "./store.js";

const empty = (...bugs: readonly BugName[]) => Store.empty(new Set(bugs));

const compacted = {
  code: 11,
  details: "etcdserver: mvcc: required revision has been compacted",
};
const future = {
  code: 11,
  details: "etcdserver: mvcc: required revision is a future revision",
};
const keyNotFound = { code: 3, details: "etcdserver: key not found" };
const leaseNotFound = { code: 5, details: "etcdserver: requested lease not found" };

const putting = (key: string, value: string, more: Partial<PutRequest> = {}) =>
  ({ type: "put", request: { key, value, ...more } }) satisfies TxnOperation;
const deleting = (key: string, rangeEnd?: string) =>
  ({
    type: "delete-range",
    request: rangeEnd === undefined ? { key, prevKv: true } : { key, rangeEnd, prevKv: true },
  }) satisfies TxnOperation;
const reading = (key: string, more: Partial<RangeRequest> = {}) =>
  ({ type: "range", request: { key, ...more } }) satisfies TxnOperation;
const nested = (
  compare: readonly Compare[],
  success: readonly TxnOperation[],
  failure: readonly TxnOperation[] = [],
) => ({ type: "txn", request: { compare, success, failure } }) satisfies TxnOperation;

/** Applies commands of which none may fail. */
function applied(store: Store, ...commands: readonly Command[]): Store {
  for (const command of commands) expect(store.apply(command).type).toBe(command.type);
  return store;
}

function refused(answer: Applied) {
  return answer.type === "error" ? answer.error : undefined;
}

function valuesIn(store: Store, request: RangeRequest) {
  const found = store.range(request);
  return "error" in found ? found.error : found.kvs.map(({ value }) => value);
}

function keysIn(store: Store, more: Partial<RangeRequest> = {}) {
  const found = store.range({ key: "\0", rangeEnd: "\0", ...more });
  return "error" in found ? found.error : found.kvs.map(({ key }) => key);
}

const compare = (
  key: string,
  target: Compare["target"],
  result: Compare["result"],
  operand: Compare["operand"],
  rangeEnd?: string,
): Compare => ({ key, target, result, operand, ...(rangeEnd !== undefined && { rangeEnd }) });

function isTrue(store: Store, one: Compare): boolean | undefined {
  const answer = store.apply(nested([one], []));
  return answer.type === "txn" ? answer.response.succeeded : undefined;
}

describe("revisions", () => {
  it("begin at 1, and each put is the next", () => {
    const store = empty();
    expect(store.revision).toBe(1);
    applied(store, putting("a", "1"), putting("a", "2"));
    expect(store.revision).toBe(3);
    expect(store.range({ key: "a" })).toEqual({
      kvs: [{ key: "a", value: "2", createRevision: 2, modRevision: 3, version: 2, lease: "0" }],
      count: 1,
      more: false,
    });
  });

  it("start a key's versions anew after its deletion", () => {
    const store = applied(empty(), putting("a", "1"), deleting("a"), putting("a", "2"));
    expect(store.range({ key: "a" })).toMatchObject({
      kvs: [{ createRevision: 4, modRevision: 4, version: 1 }],
    });
  });

  it("stay where nothing is deleted", () => {
    const store = applied(empty(), deleting("a", "\0"));
    expect(store.revision).toBe(1);
    expect(store.eventsOf(2)).toEqual([]);
  });
});

describe("a range", () => {
  const store = applied(
    empty(),
    putting("b", "1"),
    putting("a", "2"),
    putting("c", "3"),
    putting("a", "4"),
    deleting("c"),
  );
  const all = { key: "\0", rangeEnd: "\0" };

  it("reads an old revision", () => {
    expect(valuesIn(store, { ...all, revision: 4 })).toEqual(["2", "1", "3"]);
    expect(valuesIn(store, { ...all, revision: 1 })).toEqual([]);
    expect(valuesIn(store, { ...all, revision: 7 })).toEqual(future);
  });

  it("has more where the limit cuts, and counts everything", () => {
    expect(store.range({ ...all, limit: 1 })).toMatchObject({ count: 2, more: true });
    expect(store.range({ ...all, limit: 2 })).toMatchObject({ count: 2, more: false });
  });

  it("counts before it filters", () => {
    expect(store.range({ ...all, minModRevision: 3 })).toMatchObject({
      kvs: [{ key: "a" }],
      count: 2,
      more: false,
    });
    expect(keysIn(store, { maxCreateRevision: 2 })).toEqual(["b"]);
    expect(keysIn(store, { maxModRevision: 2 })).toEqual(["b"]);
    expect(keysIn(store, { minCreateRevision: 3 })).toEqual(["a"]);
  });

  it("sorts before it limits", () => {
    const sort = { target: "value", order: "descend" } as const;
    expect(valuesIn(store, { ...all, sort, limit: 1 })).toEqual(["4"]);
    expect(keysIn(store, { sort: { target: "create", order: "ascend" } })).toEqual(["b", "a"]);
    expect(keysIn(store, { sort: { target: "version", order: "descend" } })).toEqual(["a", "b"]);
    expect(keysIn(store, { sort: { target: "mod", order: "ascend" } })).toEqual(["b", "a"]);
    expect(keysIn(store, { sort: { target: "key", order: "descend" } })).toEqual(["b", "a"]);
  });

  it("leaves out values or everything but the count", () => {
    expect(valuesIn(store, { ...all, keysOnly: true })).toEqual(["", ""]);
    expect(store.range({ ...all, countOnly: true })).toEqual({ kvs: [], count: 2, more: false });
  });
});

describe("a put", () => {
  it("keeps the value or the lease that is there", () => {
    const store = applied(
      empty(),
      { type: "lease-grant", id: "7", ttl: 5 },
      putting("a", "1", { lease: "7" }),
      putting("a", "", { ignoreValue: true, lease: "7" }),
      putting("a", "2", { ignoreLease: true }),
    );
    expect(store.range({ key: "a" })).toMatchObject({
      kvs: [{ value: "2", lease: "7", version: 3 }],
    });
  });

  it("is refused where there is nothing to keep, or no such lease", () => {
    const store = empty();
    expect(refused(store.apply(putting("a", "", { ignoreValue: true })))).toEqual(keyNotFound);
    expect(refused(store.apply(putting("a", "1", { ignoreLease: true })))).toEqual(keyNotFound);
    expect(refused(store.apply(putting("a", "1", { lease: "7" })))).toEqual(leaseNotFound);
    expect(store.revision).toBe(1);
  });

  it("tells what was there if it is asked", () => {
    const store = applied(empty(), putting("a", "1"));
    expect(store.apply(putting("a", "2"))).toEqual({ type: "put", response: {} });
    expect(store.apply(putting("a", "3", { prevKv: true }))).toMatchObject({
      response: { prevKv: { value: "2", modRevision: 3 } },
    });
  });
});

describe("a transaction", () => {
  it("makes all its writes at one revision, and its reads see those before them", () => {
    const store = applied(empty(), putting("c", "0"));
    const answer = store.apply(
      nested([], [putting("a", "1"), reading("a"), putting("b", "2"), deleting("c"), reading("c")]),
    );
    expect(answer).toMatchObject({
      response: {
        succeeded: true,
        responses: [
          { type: "put" },
          { response: { kvs: [{ value: "1", modRevision: 3 }] } },
          { type: "put" },
          { response: { deleted: 1, prevKvs: [{ value: "0" }] } },
          { response: { count: 0 } },
        ],
      },
    });
    expect(store.revision).toBe(3);
    expect(store.eventsOf(3).map(({ type, kv }) => [type, kv.key])).toEqual([
      ["put", "a"],
      ["put", "b"],
      ["delete", "c"],
    ]);
  });

  it("changes nothing if it only reads", () => {
    const store = applied(empty(), nested([], [reading("a")]));
    expect(store.revision).toBe(1);
  });

  it("makes the comparisons of nested ones before its first write", () => {
    const isMissing = compare("a", "version", "equal", 0);
    const store = applied(
      empty(),
      nested([], [putting("a", "1"), nested([isMissing], [putting("b", "missing")])]),
    );
    expect(valuesIn(store, { key: "b" })).toEqual(["missing"]);
  });

  it("is refused as a whole before its first write", () => {
    const store = applied(empty(), putting("a", "1"), putting("a", "2"));
    applied(store, { type: "compact", revision: 3 });
    const write = putting("b", "1");
    const attempt = (operation: TxnOperation) =>
      refused(store.apply(nested([], [write, operation])));
    expect(attempt(reading("a", { revision: 2 }))).toEqual(compacted);
    expect(attempt(reading("a", { revision: 4 }))).toEqual(future);
    expect(attempt(putting("c", "1", { lease: "7" }))).toEqual(leaseNotFound);
    expect(attempt(putting("c", "", { ignoreValue: true }))).toEqual(keyNotFound);
    expect(store.revision).toBe(3);
  });

  const store = applied(
    empty(),
    { type: "lease-grant", id: "9007199254740993", ttl: 5 },
    putting("a", "m"),
    putting("a", "n", { lease: "9007199254740993" }),
    putting("b", "z"),
  );

  it.each<[Compare, boolean]>([
    [compare("a", "value", "equal", "n"), true],
    [compare("a", "value", "greater", "m"), true],
    [compare("a", "value", "less", "m"), false],
    [compare("a", "version", "equal", 2), true],
    [compare("a", "create", "equal", 2), true],
    [compare("a", "mod", "not-equal", 3), false],
    [compare("a", "lease", "equal", "9007199254740993"), true],
    [compare("a", "lease", "equal", "9007199254740992"), false],
    [compare("none", "create", "equal", 0), true],
    [compare("none", "lease", "equal", "0"), true],
    [compare("none", "version", "greater", 0), false],
    [compare("none", "value", "equal", ""), false],
    [compare("none", "value", "not-equal", "x"), false],
    [compare("a", "mod", "greater", 2, "c"), true],
    [compare("a", "mod", "greater", 3, "c"), false],
    [compare("x", "mod", "equal", 0, "\0"), true],
  ])("compares %j: %s", (one, expected) => {
    expect(isTrue(store, one)).toBe(expected);
  });
});

describe("a compaction", () => {
  const build = () =>
    applied(
      empty(),
      putting("a", "1"),
      putting("b", "1"),
      putting("a", "2"),
      deleting("b"),
      putting("a", "3"),
    );

  it("keeps what is there at its revision and later", () => {
    const store = applied(build(), { type: "compact", revision: 4 });
    expect(store.compactRevision).toBe(4);
    expect(store.revision).toBe(6);
    expect(valuesIn(store, { key: "a", revision: 3 })).toEqual(compacted);
    expect(valuesIn(store, { key: "a", rangeEnd: "c", revision: 4 })).toEqual(["2", "1"]);
    expect(valuesIn(store, { key: "a", rangeEnd: "c" })).toEqual(["3"]);
  });

  it("keeps the events of its revision, without what was before them", () => {
    const store = applied(build(), { type: "compact", revision: 5 });
    expect(store.eventsOf(4)).toEqual([]);
    expect(store.eventsOf(5)).toEqual([
      {
        type: "delete",
        kv: { key: "b", value: "", createRevision: 0, modRevision: 5, version: 0, lease: "0" },
      },
    ]);
    expect(store.eventsOf(6)).toMatchObject([{ type: "put", prevKv: { value: "2" } }]);
  });

  it("is refused at what is compacted or yet to come", () => {
    const store = applied(build(), { type: "compact", revision: 4 });
    expect(refused(store.apply({ type: "compact", revision: 4 }))).toEqual(compacted);
    expect(refused(store.apply({ type: "compact", revision: 7 }))).toEqual(future);
    expect(store.compactRevision).toBe(4);
  });

  it("may be at 0 once", () => {
    const store = applied(empty(), { type: "compact", revision: 0 });
    expect(store.compactRevision).toBe(0);
    expect(refused(store.apply({ type: "compact", revision: 0 }))).toEqual(compacted);
  });
});

describe("a lease", () => {
  const grant: Command = { type: "lease-grant", id: "7", ttl: 60 };
  const revoke: Command = { type: "lease-revoke", id: "7" };

  it("is granted once, for two seconds at least and not for ever", () => {
    const store = applied(empty(), grant);
    expect(refused(store.apply(grant))).toEqual({
      code: 9,
      details: "etcdserver: lease already exists",
    });
    expect(refused(store.apply({ ...grant, id: "8", ttl: 9_000_000_001 }))).toEqual({
      code: 11,
      details: "etcdserver: too large lease TTL",
    });
    expect(store.apply({ ...grant, id: "8", ttl: 1 })).toMatchObject({ id: "8", ttl: 2 });
    expect(store.revision).toBe(1);
    expect([...store.leases.keys()]).toEqual(["7", "8"]);
  });

  it("takes its keys with it in key order and at one revision", () => {
    const store = applied(
      empty(),
      grant,
      putting("b", "1", { lease: "7" }),
      putting("a", "1", { lease: "7" }),
      putting("c", "1", { lease: "7" }),
      putting("c", "2"),
      revoke,
    );
    expect(store.revision).toBe(6);
    expect(store.eventsOf(6).map(({ type, kv }) => [type, kv.key])).toEqual([
      ["delete", "a"],
      ["delete", "b"],
    ]);
    expect(keysIn(store)).toEqual(["c"]);
    expect(refused(store.apply(revoke))).toEqual(leaseNotFound);
  });

  it("ends without a revision where it has no keys", () => {
    const store = applied(empty(), grant, putting("a", "1", { lease: "7" }), deleting("a"));
    expect(store.leases.get("7")?.keys.size).toBe(0);
    applied(store, revoke);
    expect(store.revision).toBe(3);
  });
});

it("shares nothing with its clone", () => {
  const store = applied(empty(), { type: "lease-grant", id: "7", ttl: 5 }, putting("a", "1"));
  const clone = store.clone();
  applied(clone, putting("a", "2", { lease: "7" }), { type: "compact", revision: 3 });
  expect(valuesIn(store, { key: "a" })).toEqual(["1"]);
  expect(store.compactRevision).toBe(0);
  expect(store.leases.get("7")?.keys.size).toBe(0);
  expect(store.eventsOf(2)).toHaveLength(1);
});

describe("planted bugs", () => {
  const twoPuts = nested([], [putting("a", "1"), reading("a"), putting("b", "1")]);

  it("non-atomic-txn shows the second half at the next command", () => {
    const store = applied(empty("non-atomic-txn"), twoPuts);
    expect(store.revision).toBe(2);
    expect(keysIn(store)).toEqual(["a"]);
    // A read does not bring it about, and a clone still has it to come.
    applied(store, nested([], [reading("b")]));
    expect(keysIn(store)).toEqual(["a"]);
    const clone = applied(store.clone(), putting("c", "1"));
    expect(clone.revision).toBe(4);
    expect(clone.eventsOf(3).map(({ kv }) => kv.key)).toEqual(["b"]);
    expect(keysIn(clone)).toEqual(["a", "b", "c"]);
    expect(keysIn(applied(empty(), twoPuts))).toEqual(["a", "b"]);
  });

  it("non-atomic-txn answers as if all were done", () => {
    const request = nested([], [putting("a", "2", { prevKv: true }), deleting("b")]);
    const faulty = applied(empty("non-atomic-txn"), putting("a", "1"), putting("b", "1"));
    const sound = applied(empty(), putting("a", "1"), putting("b", "1"));
    expect(faulty.apply(request)).toEqual(sound.apply(request));
    expect(keysIn(faulty)).toEqual(["a", "b"]);
    expect(keysIn(sound)).toEqual(["a"]);
  });

  it("txn-ignores-compare takes the success branch", () => {
    const isThere = compare("a", "version", "greater", 0);
    const request = nested([isThere], [putting("b", "wrong")], [putting("b", "right")]);
    const written = (...bugs: readonly BugName[]) =>
      valuesIn(applied(empty(...bugs), request), { key: "b" });
    expect(written("txn-ignores-compare")).toEqual(["wrong"]);
    expect(written()).toEqual(["right"]);
  });

  const withLease = (...bugs: readonly BugName[]) =>
    applied(
      empty(...bugs),
      { type: "lease-grant", id: "7", ttl: 5 },
      putting("a", "1", { lease: "7" }),
      { type: "lease-revoke", id: "7" },
    );

  it("lease-outlives-revoke says yes and does nothing", () => {
    const store = withLease("lease-outlives-revoke");
    expect([...store.leases.keys()]).toEqual(["7"]);
    expect(keysIn(store)).toEqual(["a"]);
    expect(withLease().leases.size).toBe(0);
  });

  it("key-outlives-lease ends the lease alone", () => {
    const store = withLease("key-outlives-lease");
    expect(store.leases.size).toBe(0);
    expect(keysIn(store)).toEqual(["a"]);
    expect(keysIn(withLease())).toEqual([]);
  });

  const withThreeKeys = (...bugs: readonly BugName[]) =>
    applied(
      empty(...bugs),
      { type: "lease-grant", id: "7", ttl: 5 },
      putting("a", "1", { lease: "7" }),
      putting("b", "1", { lease: "7" }),
      putting("c", "1", { lease: "7" }),
      { type: "lease-revoke", id: "7" },
    );

  it("lease-ends-key-by-key deletes one key now and another at each later command", () => {
    const store = withThreeKeys("lease-ends-key-by-key");
    expect(store.leases.size).toBe(0);
    expect(store.revision).toBe(5);
    expect(keysIn(store)).toEqual(["b", "c"]);
    // A read does not bring it about, and a clone still has it to come.
    applied(store, nested([], [reading("b")]));
    expect(keysIn(store)).toEqual(["b", "c"]);
    const clone = applied(store.clone(), putting("d", "1"));
    expect(clone.revision).toBe(7);
    expect(clone.eventsOf(6)).toMatchObject([{ type: "delete", kv: { key: "b" } }]);
    expect(keysIn(clone)).toEqual(["c", "d"]);
    expect(keysIn(applied(clone, putting("d", "2")))).toEqual(["d"]);
    expect(keysIn(store)).toEqual(["b", "c"]);
    const sound = withThreeKeys();
    expect(sound.revision).toBe(5);
    expect(keysIn(sound)).toEqual([]);
  });

  it("lease-ends-key-by-key leaves alone what was written anew", () => {
    const store = withThreeKeys("lease-ends-key-by-key");
    applied(store, putting("c", "2"), putting("d", "1"));
    expect(keysIn(store)).toEqual(["c", "d"]);
    expect(valuesIn(store, { key: "c" })).toEqual(["2"]);
  });

  it("dead-lease-attached puts with a lease that is over or never was", () => {
    const past = putting("b", "1", { lease: "7" });
    const made = nested([], [putting("c", "1", { lease: "8" })]);
    const store = applied(withLease("dead-lease-attached"), past, made);
    expect(store.range({ key: "b" })).toMatchObject({ kvs: [{ key: "b", lease: "7" }] });
    expect(store.range({ key: "c" })).toMatchObject({ kvs: [{ key: "c", lease: "8" }] });
    expect(store.leases.size).toBe(0);
    expect(refused(withLease().apply(past))).toEqual(leaseNotFound);
    expect(refused(withLease().apply(made))).toEqual(leaseNotFound);
  });
});
