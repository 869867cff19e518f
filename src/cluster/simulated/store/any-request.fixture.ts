import fc from "fast-check";
import type { Compare, PutRequest, RangeRequest, TxnRequest } from "../../../core/client.js";

/** Requests of all shapes on a few keys, for comparisons of one store with another. */

// The last two differ in order between UTF-16 and UTF-8.
export const key = fc.constantFrom("a", "ab", "b", "c", "\uffee", "\u{1f600}");
export const end = fc.constantFrom("\0", "", "b", "c", "d", "\u{1f600}", "a");
const value = fc.constantFrom("", "1", "2", "\uffee", "\u{1f600}");
const lease = fc.constantFrom("0", "7", "8", "9007199254740993");
/** Counted back from the newest, by `dated`: nothing is asked of a revision far in the future. */
export const revision = fc.integer({ min: -1, max: 9 });
export const flag = fc.boolean();

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

export const range: fc.Arbitrary<RangeRequest> = fc.oneof(
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

export const put = partly<Required<PutRequest>, "key" | "value">(
  { key, value, lease, prevKv: flag, ignoreValue: flag, ignoreLease: flag },
  ["key", "value"],
);

export const deletion = fc.record({ key, rangeEnd: end, prevKv: flag }, { requiredKeys: ["key"] });

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

export const { txn } = fc.letrec<{ txn: TxnRequest }>((tie) => {
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

export const leaseId = fc.constantFrom("7", "8", "9007199254740993");

const revisionFields = new Set([
  "revision",
  "startRevision",
  "minModRevision",
  "maxModRevision",
  "minCreateRevision",
  "maxCreateRevision",
]);

/** The same with every revision counted back from the newest one; below 0 is none. */
export function dated<T>(request: T, newest: number): T {
  const text = JSON.stringify(request, (name, field: unknown) =>
    revisionFields.has(name) && typeof field === "number" ? Math.max(0, newest - field) : field,
  );
  return JSON.parse(text) as T;
}
