import fc from "fast-check";
import { expect, it } from "vitest";
import {
  dated,
  deletion,
  flag,
  leaseId,
  put,
  range,
  revision,
  txn,
} from "./any-request.fixture.js";
import type { Command } from "./command.js";
import { ReferenceStore } from "./reference-store.fixture.js";
import { Store } from "./store.js";

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
