import fc from "fast-check";
import { expect, it } from "vitest";
import type { Operation } from "../core/operation.js";
import { packColumns, unpackColumns } from "./columns.js";
import { fakeRun } from "./testing-run.fixture.js";

const operation = fc.record(
  {
    index: fc.nat(),
    process: fc.nat(),
    node: fc.constantFrom("n1", "n2", "n3"),
    phase: fc.constantFrom("main" as const, "final" as const),
    input: fc.oneof(
      fc.record({ f: fc.constantFrom("read", "write"), key: fc.string() }),
      fc.record({ f: fc.string() }),
      fc.record({ f: fc.constant("txn"), key: fc.integer() }),
    ),
    // Up to a week, in whole microseconds: what columns keep.
    invokedAtNs: fc.integer({ min: 0, max: 604_800_000_000 }).map((us) => us * 1000),
    completedAtNs: fc.option(
      fc.integer({ min: 0, max: 604_800_000_000 }).map((us) => us * 1000),
      { nil: undefined },
    ),
    outcome: fc.constantFrom<Operation["outcome"]>(
      { type: "ok", output: 1 },
      { type: "fail", error: { code: 14, details: "", peer: "", sent: false } },
      { type: "info" },
    ),
  },
  { requiredKeys: ["index", "process", "node", "phase", "input", "invokedAtNs", "outcome"] },
);

it("gives back what was packed, whatever it was", () => {
  fc.assert(
    fc.property(fc.array(operation), (drafts) => {
      const operations: Operation[] = drafts.map(({ completedAtNs, ...rest }) => ({
        ...rest,
        ...(completedAtNs === undefined
          ? {}
          : { completedAtNs: Math.max(completedAtNs, rest.invokedAtNs) }),
      }));
      expect(roundTrip(operations)).toEqual(operations.map(seen));
    }),
  );
});

it("gives back a whole run", () => {
  const { operations } = fakeRun({ operations: 3000, validity: "valid" }).history;
  expect(roundTrip(operations)).toEqual(operations.map(seen));
});

it("refuses bytes that end too early rather than inventing operations", () => {
  const { packed, bytes } = packColumns(
    fakeRun({ operations: 300, validity: "valid" }).history.operations,
  );
  expect(() => unpackColumns(packed, bytes.subarray(0, bytes.length - 5))).toThrow(RangeError);
});

/** What columns keep of an operation. */
function seen({ index, process, node, phase, input, outcome, ...times }: Operation) {
  const { completedAtNs } = times;
  return {
    ...{ index, process, node, phase },
    f: input.f,
    key: "key" in input && typeof input.key === "string" ? input.key : undefined,
    outcome: outcome.type,
    startUs: Math.round(times.invokedAtNs / 1000),
    endUs: completedAtNs === undefined ? undefined : Math.round(completedAtNs / 1000),
  };
}

function roundTrip(operations: readonly Operation[]): ReturnType<typeof seen>[] {
  const { packed, bytes } = packColumns(operations);
  const columns = unpackColumns(JSON.parse(JSON.stringify(packed)) as typeof packed, bytes);
  return Array.from({ length: columns.count }, (_, i) => {
    const at = (column: Float64Array) => column[i] ?? NaN;
    const end = at(columns.end);
    return {
      index: at(columns.index),
      process: at(columns.process),
      node: columns.nodes[at(columns.node)] ?? "",
      phase: at(columns.phase) === 1 ? ("final" as const) : ("main" as const),
      f: columns.kinds[at(columns.kind)] ?? "",
      key: columns.keys[at(columns.key) - 1],
      outcome: (["ok", "fail", "info"] as const)[at(columns.outcome)] ?? "info",
      startUs: Math.round(at(columns.start) * 1e6),
      endUs: Number.isNaN(end) ? undefined : Math.round(end * 1e6),
    };
  });
}
