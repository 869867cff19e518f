import fc from "fast-check";
import { expect, it } from "vitest";
import type { Compare, PutRequest, RangeRequest, TxnRequest } from "../../../core/client.js";
import type { Command } from "./command.js";
import { ReferenceStore } from "./reference-store.fixture.js";
import { Store } from "./store.js";

// The last two differ in order between UTF-16 and UTF-8.
const key = fc.constantFrom("a", "ab", "b", "c", "\uffee", "\u{1f600}");
const end = fc.constantFrom("\0", "", "b", "c", "d", "\u{1f600}", "a");
const value = fc.constantFrom("", "1", "2", "\uffee", "\u{1f600}");
const lease = fc.constantFrom("0", "7", "8", "9007199254740993");
/** Counted back from the newest, by `dated`: nothing is asked of a revision far in the future. */
const revision = fc.integer({ min: -1, max: 9 });
const flag = fc.boolean();

function partly<T, K extends keyof T>(
  required: { [P in keyof T]-?: fc.Arbitrary<T[P]> },
  keys: K[],
) {
  return fc.record(required, { requiredKeys: keys });
}

const sort = fc.record({
  target: fc.constantFrom("key", "version", "create", "mod", "value"),
  order: fc.constantFrom("ascend", "descend"),
} as const);

const wide = { key, rangeEnd: fc.constantFrom("\0", "c", "\u{1f600}") };

const range: fc.Arbitrary<RangeRequest> = fc.oneof(
  fc.record({ key, rangeEnd: end, revision }, { requiredKeys: ["key"] }),
  fc.record({ ...wide, limit: fc.nat(3), sort, revision }, { requiredKeys: ["key", "rangeEnd"] }),
  fc.record(
    { ...wide, minModRevision: revision, maxModRevision: revision, limit: fc.nat(3) },
    { requiredKeys: ["key", "rangeEnd"] },
  ),
  fc.record(
    { ...wide, minCreateRevision: revision, maxCreateRevision: revision, limit: fc.nat(3) },
    { requiredKeys: ["key", "rangeEnd"] },
  ),
  fc.record({ ...wide, keysOnly: flag, countOnly: flag, sort, revision }),
);

const put = partly<Required<PutRequest>, "key" | "value">(
  { key, value, lease, prevKv: flag, ignoreValue: flag, ignoreLease: flag },
  ["key", "value"],
);

const deletion = fc.record({ key, rangeEnd: end, prevKv: flag }, { requiredKeys: ["key"] });

const result = fc.constantFrom("equal", "greater", "less", "not-equal");
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record(
    {
      key,
      rangeEnd: end,
      result,
      target: fc.constantFrom("version", "create", "mod"),
      operand: fc.nat(6),
    },
    { requiredKeys: ["key", "result", "target", "operand"] },
  ),
  fc.record(
    { key, rangeEnd: end, result, target: fc.constant("value"), operand: value },
    { requiredKeys: ["key", "result", "target", "operand"] },
  ),
  fc.record({ key, result, target: fc.constant("lease"), operand: fc.constantFrom("0", "7", "8") }),
);

const { txn } = fc.letrec<{ txn: TxnRequest }>((tie) => {
  const operation = fc.oneof(
    { maxDepth: 2, depthIdentifier: "txn" },
    fc.record({ type: fc.constant("put"), request: put }),
    fc.record({ type: fc.constant("range"), request: range }),
    fc.record({ type: fc.constant("delete-range"), request: deletion }),
    fc.record({ type: fc.constant("txn"), request: tie("txn") }),
  );
  const branch = fc.array(operation, { maxLength: 3 });
  return {
    txn: fc.record({
      compare: fc.array(compare, { maxLength: 2 }),
      success: branch,
      failure: branch,
    }),
  };
});

const leaseId = fc.constantFrom("7", "8", "9007199254740993");
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("put"), request: put }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("delete-range"), request: deletion }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("txn"), request: txn }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("compact"), revision }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("lease-grant"),
      id: leaseId,
      ttl: fc.constantFrom(0, 5, 5, 9_000_000_001),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lease-revoke"), id: leaseId }) },
);

const revisionFields = new Set([
  "revision",
  "minModRevision",
  "maxModRevision",
  "minCreateRevision",
  "maxCreateRevision",
]);

/** The same with every revision counted back from the newest one; below 0 is none. */
function dated<T>(request: T, newest: number): T {
  const text = JSON.stringify(request, (name, field: unknown) =>
    revisionFields.has(name) && typeof field === "number" ? Math.max(0, newest - field) : field,
  );
  return JSON.parse(text) as T;
}

const step = fc.record({
  command,
  reads: fc.array(range, { minLength: 2, maxLength: 4 }),
  isCloned: flag,
});

function leasesOf({ leases }: { readonly leases: Store["leases"] }) {
  return [...leases.values()].map(({ keys, ...rest }) => ({ ...rest, keys: new Set(keys) }));
}

it("answers any sequence of commands and reads as the reference does", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      let store = Store.empty(new Set());
      const reference = new ReferenceStore();
      for (const { command: undated, reads, isCloned } of steps) {
        if (isCloned) {
          const left = store;
          store = store.clone();
          left.apply({ type: "put", request: { key: "a", value: "only in what was left" } });
        }
        const next = dated(undated, store.revision);
        if (store.refusal(next)) continue;
        expect(store.apply(next)).toEqual(reference.apply(next));
        expect(store.revision).toBe(reference.revision);
        for (const read of reads.map((one) => dated(one, store.revision))) {
          expect(store.range(read)).toEqual(reference.range(read));
        }
        for (let at = 0; at <= store.revision + 1; at++) {
          expect(store.eventsOf(at)).toEqual(reference.eventsOf(at));
        }
        expect(leasesOf(store)).toEqual(
          reference.leases.map(({ keys, ...rest }) => ({ ...rest, keys: new Set(keys) })),
        );
      }
    }),
    { numRuns: 500 },
  );
});
