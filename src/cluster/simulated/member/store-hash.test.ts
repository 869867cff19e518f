import { expect, it } from "vitest";
import { Store } from "../store/store.js";
import { storeHash } from "./store-hash.js";

/** Keys a to e at revisions 2 to 6, then compacted where a revision is given. */
function storeOf({ third = "3", compact }: { third?: string; compact?: number } = {}): Store {
  const store = Store.empty(new Set());
  const values = { a: "1", b: "2", c: third, d: "4", e: "5" };
  for (const [key, value] of Object.entries(values)) {
    store.apply({ type: "put", request: { key, value } });
  }
  if (compact !== undefined) store.apply({ type: "compact", revision: compact });
  return store;
}

it("is the same for the same keys, and another for another value", () => {
  expect(storeHash(storeOf(), 0)).toEqual(storeHash(storeOf(), 0));
  expect(storeHash(storeOf(), 0)).not.toEqual(storeHash(storeOf({ third: "x" }), 0));
});

it("goes up to the revision that it is asked for", () => {
  const [one, other] = [storeOf(), storeOf({ third: "x" })];
  expect(storeHash(one, 3)).toEqual(storeHash(other, 3));
  expect(storeHash(one, 4)).not.toEqual(storeHash(other, 4));
  expect(storeHash(one, 0)).toEqual(storeHash(one, 6));
});

it("still knows what was there when it was compacted", () => {
  const hash = storeHash(storeOf({ compact: 5 }), 0);
  expect(hash).toMatchObject({ compactRevision: 5 });
  expect(hash).not.toEqual(storeHash(storeOf({ third: "x", compact: 5 }), 0));
});

it("is refused for what is compacted, and for what is yet to come", () => {
  const store = storeOf({ compact: 5 });
  expect(storeHash(store, 5)).toMatchObject({ error: { code: 11 } });
  expect(storeHash(store, 6)).toHaveProperty("hash");
  expect(storeHash(store, 7)).toMatchObject({ error: { code: 11 } });
});
