import fc from "fast-check";
import { expect, it } from "vitest";
import {
  dated,
  deletion,
  leaseId,
  put,
  range,
  revision,
  txn,
} from "../../cluster/simulated/store/any-request.fixture.js";
import type { Command, EtcdError } from "../../cluster/simulated/store/command.js";
import { etcdErrors } from "../../cluster/simulated/store/etcd-errors.js";
import { Store } from "../../cluster/simulated/store/store.js";
import { apply } from "./apply.js";
import type { KvError, KvInput } from "./requests.js";
import { emptyState } from "./state.js";

const input: fc.Arbitrary<KvInput> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ f: fc.constant("put" as const), request: put }) },
  { weight: 1, arbitrary: fc.record({ f: fc.constant("delete" as const), request: deletion }) },
  { weight: 4, arbitrary: fc.record({ f: fc.constant("range" as const), request: range }) },
  { weight: 4, arbitrary: fc.record({ f: fc.constant("txn" as const), request: txn }) },
  {
    weight: 1,
    arbitrary: fc.record({ f: fc.constant("compact" as const), request: fc.record({ revision }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      f: fc.constant("grant" as const),
      request: fc.record({ id: leaseId, ttl: fc.constant(60) }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      f: fc.constant("revoke" as const),
      request: fc.record({ id: leaseId }),
    }),
  },
);

it("answers any sequence of requests as another implementation of the store does", () => {
  fc.assert(
    fc.property(fc.array(input, { minLength: 5, maxLength: 40 }), (inputs) => {
      const store = Store.empty(new Set());
      let state = emptyState();
      for (const undated of inputs) {
        const next = dated(undated, store.revision);
        if (isRefusedByItsLooks(store, next)) continue;
        if (next.f === "grant" && state.leases.has(next.request.id)) continue;
        const { state: after, output } = apply(state, next);
        const answer = answerOf(store, next);
        expect(output).toEqual(answer);
        state = after;
        expect(state.now.revision).toBe(store.revision);
      }
    }),
    { numRuns: 500 },
  );
});

function isRefusedByItsLooks(store: Store, next: KvInput): boolean {
  if (next.f === "range") return store.rangeRefusal(next.request) !== undefined;
  return store.refusal(commandOf(next)) !== undefined;
}

function answerOf(store: Store, next: KvInput): object {
  if (next.f === "range") {
    const found = store.range(next.request);
    return "error" in found ? refusal(found.error) : { revision: store.revision, ...found };
  }
  const applied = store.apply(commandOf(next));
  const { revision: now } = store;
  switch (applied.type) {
    case "error":
      return refusal(applied.error);
    case "put":
    case "delete-range":
    case "txn":
      return { revision: now, ...applied.response };
    case "lease-grant":
      return { revision: now, id: applied.id, ttl: applied.ttl };
    case "compact":
    case "lease-revoke":
      return { revision: now };
  }
}

const refusals = new Map<string, KvError>([
  [etcdErrors.compacted.details, "compacted"],
  [etcdErrors.futureRevision.details, "future-revision"],
  [etcdErrors.leaseNotFound.details, "lease-not-found"],
  [etcdErrors.keyNotFound.details, "key-not-found"],
]);

function refusal({ details }: EtcdError): object {
  return { error: refusals.get(details) };
}

function commandOf(next: Exclude<KvInput, { readonly f: "range" }>): Command {
  switch (next.f) {
    case "put":
      return { type: "put", request: next.request };
    case "delete":
      return { type: "delete-range", request: next.request };
    case "txn":
      return { type: "txn", request: next.request };
    case "compact":
      return { type: "compact", revision: next.request.revision };
    case "grant":
      return { type: "lease-grant", id: next.request.id, ttl: next.request.ttl };
    case "revoke":
      return { type: "lease-revoke", id: next.request.id };
  }
}
