import { createHash } from "node:crypto";
import type { HashKvResponse } from "../../../core/client.js";
import type { EtcdError } from "../store/command.js";
import { etcdErrors } from "../store/etcd-errors.js";
import type { Store } from "../store/store.js";

const wholeKeySpace = { key: "\0", rangeEnd: "\0" };

/**
 * Of all that a store keeps up to a revision (0: the newest): what was there at the compacted one,
 * and what happened since. As in etcd before 3.6, the compacted revision itself is refused.
 */
export function storeHash(
  store: Store,
  asked: number,
): Omit<HashKvResponse, "header"> | { readonly error: EtcdError } {
  const { compactRevision } = store;
  if (asked > store.revision) return { error: etcdErrors.futureRevision };
  if (asked > 0 && asked <= compactRevision) return { error: etcdErrors.compacted };
  const revision = asked === 0 ? store.revision : asked;
  const hash = createHash("sha256");
  if (compactRevision > 0) {
    hash.update(JSON.stringify(store.range({ ...wholeKeySpace, revision: compactRevision })));
  }
  for (let at = compactRevision + 1; at <= revision; at++) {
    hash.update(JSON.stringify(store.eventsOf(at).map(({ type, kv }) => ({ type, kv }))));
  }
  return { hash: hash.digest().readUInt32BE(), compactRevision };
}
