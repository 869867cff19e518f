import type { KeyValue } from "../../core/client.js";
import { compareText, isAmong, type Keys } from "./key-order.js";

/**
 * All that etcd's KV API can be asked about. Nothing of it is ever changed: a write makes a new
 * state that shares whatever stays as it was.
 */
export interface EtcdState {
  readonly now: Snapshot;
  /** Older revisions cannot be read any more; -1 before the first compaction. */
  readonly compacted: number;
  /** Ids of the leases that exist. What is attached to one is said by the keys. */
  readonly leases: ReadonlySet<string>;
}

/** The keys as of one revision, and the way back to those before it. */
export interface Snapshot {
  readonly revision: number;
  /** In key order. */
  readonly kvs: readonly KeyValue[];
  readonly previous?: Snapshot;
  /** An older one farther back, so that a search skips most of them. */
  readonly jump?: Snapshot;
  readonly depth: number;
}

/** A store without keys and leases whose newest revision is `revision`; a fresh etcd has 1. */
export function emptyState(revision = 1): EtcdState {
  return { now: { revision, kvs: [], depth: 0 }, compacted: -1, leases: new Set() };
}

/** One revision later. */
export function snapshotAfter(previous: Snapshot, kvs: readonly KeyValue[]): Snapshot {
  const jump = jumpFrom(previous);
  return { revision: previous.revision + 1, kvs, previous, jump, depth: previous.depth + 1 };
}

/** E. Myers, "An applicative random-access stack", 1983: any older one is found in few steps. */
function jumpFrom(previous: Snapshot): Snapshot {
  const { jump } = previous;
  const farther = jump?.jump;
  if (!jump || !farther) return previous;
  return previous.depth - jump.depth === jump.depth - farther.depth ? farther : previous;
}

/** As of a revision that is not newer than `from`; the oldest one known where it is older than all. */
export function snapshotAt(from: Snapshot, revision: number): Snapshot {
  let snapshot = from;
  while (snapshot.revision > revision) {
    const { jump, previous } = snapshot;
    const older = jump && jump.revision >= revision ? jump : previous;
    if (!older) break;
    snapshot = older;
  }
  return snapshot;
}

/** In key order. */
export function found(kvs: readonly KeyValue[], keys: Keys): readonly KeyValue[] {
  return kvs.filter(({ key }) => isAmong(keys, key));
}

export function valueOf(kvs: readonly KeyValue[], key: string): KeyValue | undefined {
  return kvs.find((kv) => kv.key === key);
}

/** With one key put in its place, or replaced. */
export function withKey(kvs: readonly KeyValue[], kv: KeyValue): readonly KeyValue[] {
  const at = kvs.findIndex(({ key }) => compareText(key, kv.key) >= 0);
  if (at < 0) return [...kvs, kv];
  return kvs[at]?.key === kv.key ? kvs.with(at, kv) : kvs.toSpliced(at, 0, kv);
}

/** Whether two states answer alike whatever is asked from now on. */
export function sameState(a: EtcdState, b: EtcdState): boolean {
  return (
    a.compacted === b.compacted &&
    a.leases.size === b.leases.size &&
    [...a.leases].every((id) => b.leases.has(id)) &&
    sameSnapshot(a.now, b.now)
  );
}

function sameSnapshot(a: Snapshot | undefined, b: Snapshot | undefined): boolean {
  let [one, other] = [a, b];
  while (one !== other) {
    if (!one || !other || one.revision !== other.revision) return false;
    if (!sameKvs(one.kvs, other.kvs)) return false;
    one = one.previous;
    other = other.previous;
  }
  return true;
}

function sameKvs(a: readonly KeyValue[], b: readonly KeyValue[]): boolean {
  return a === b || (a.length === b.length && a.every((kv, i) => sameKv(kv, b[i])));
}

export function sameKv(a: KeyValue | undefined, b: KeyValue | undefined): boolean {
  if (a === b) return true;
  return (
    a !== undefined &&
    b !== undefined &&
    a.key === b.key &&
    a.value === b.value &&
    a.modRevision === b.modRevision &&
    a.createRevision === b.createRevision &&
    a.version === b.version &&
    a.lease === b.lease
  );
}
