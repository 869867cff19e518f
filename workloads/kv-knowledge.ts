import type { KeyValue } from "../src/core/client.js";
import { changesKeys } from "../src/models/etcd/model.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";

/** What all threads of a run know together. */
export interface Shared {
  /** The newest revision that any answer told of; 0 for none, also after a rewind. */
  revision: number;
  /** The newest revision that a compaction was asked for, whatever became of it. */
  compacted: number;
  /**
   * Above this everything is noted; below it every revision has a maker or was looked at. Infinity
   * before the first answer.
   */
  explained: number;
  /** Revisions above that which somebody said to have made, or looked at. */
  readonly noted: Set<number>;
}

export function newShared(): Shared {
  return { revision: 0, compacted: 0, explained: Infinity, noted: new Set() };
}

/** Whoever made a later one than this may still be about to be answered. */
const underWay = 40;

/**
 * The oldest revision that nobody said to have made: some write that was never answered did. Read
 * before it is compacted, it tells which. Undefined where there is none, or only new ones.
 */
export function unexplained(shared: Shared, { isOver = false } = {}): number | undefined {
  while (shared.noted.delete(shared.explained + 1)) shared.explained += 1;
  const oldest = Math.max(shared.explained, shared.compacted - 1) + 1;
  shared.explained = oldest - 1;
  return oldest <= shared.revision - (isOver ? 0 : underWay) ? oldest : undefined;
}

/** What a thread knows, from its own answers alone, and the names that only it uses. */
export interface Knowledge {
  /** A key as this thread saw it last; undefined where it saw none. */
  seen(key: string): KeyValue | undefined;
  /** The newest revision that an answer told of; 0 for none. */
  readonly revision: number;
  /** Granted and not revoked, as far as the answers tell. */
  readonly leases: readonly string[];
  /** The one that was revoked last. */
  readonly revokedLease: string | undefined;
  /** A revision that nobody said to have made; each is told once. */
  lookAt(): number | undefined;
  /** Compactions go no farther than this. */
  readonly mayCompact: number;
  /** No other write of the run has the same. */
  freshValue(): string;
  freshLease(): string;
  saw(input: KvInput, output: KvOutput): void;
  missed(input: KvInput): void;
  /** The store was set back: nothing of it is known, and its revisions come again. */
  forget(): void;
}

export function newKnowledge({
  thread,
  threads,
  shared,
}: {
  readonly thread: number;
  readonly threads: number;
  readonly shared: Shared;
}): Knowledge {
  const seen = new Map<string, KeyValue>();
  let leases: string[] = [];
  let revokedLease: string | undefined;
  let revision = 0;
  let made = 0;
  /** Above 0, and no two threads have the same. */
  const fresh = () => String(++made * threads + thread);

  function note(answer: object): void {
    for (const kv of kvsIn(answer)) {
      if (kv.modRevision > (seen.get(kv.key)?.modRevision ?? 0)) seen.set(kv.key, kv);
    }
  }

  return {
    seen: (key) => seen.get(key),
    get revision() {
      return revision;
    },
    get leases() {
      return leases;
    },
    get revokedLease() {
      return revokedLease;
    },
    lookAt() {
      const wanted = unexplained(shared);
      if (wanted !== undefined) shared.noted.add(wanted);
      return wanted;
    },
    get mayCompact() {
      return unexplained(shared) ?? Infinity;
    },
    freshValue: fresh,
    freshLease: fresh,
    saw(input, output) {
      if ("error" in output) return;
      if (shared.revision === 0) beginAt(shared, output.revision);
      if (changesKeys(input, output)) shared.noted.add(output.revision);
      revision = Math.max(revision, output.revision);
      shared.revision = Math.max(shared.revision, revision);
      note(output);
      if (input.f === "compact") noteCompaction(shared, input.request.revision);
      if (input.f === "grant") leases = [...leases, input.request.id];
      if (input.f === "revoke") {
        revokedLease = input.request.id;
        leases = leases.filter((id) => id !== revokedLease);
      }
    },
    missed(input) {
      if (input.f === "compact") noteCompaction(shared, input.request.revision);
      // Nobody knows whether it is there: it is not used any more.
      if (input.f === "revoke") leases = leases.filter((id) => id !== input.request.id);
    },
    forget() {
      seen.clear();
      leases = [];
      revokedLease = undefined;
      revision = 0;
      shared.revision = 0;
      shared.noted.clear();
    },
  };
}

/** At the first answer, and at the first one after a rewind: then what was noted is looked at again. */
function beginAt(shared: Shared, revision: number): void {
  shared.explained = Math.min(shared.explained, revision - 1);
  shared.compacted = Math.min(shared.compacted, revision);
}

function noteCompaction(shared: Shared, revision: number): void {
  shared.compacted = Math.max(shared.compacted, revision);
}

/** All keys that an answer shows, with their values, those of nested transactions included. */
function kvsIn(answer: object): readonly KeyValue[] {
  const { kvs = [], responses = [] } = answer as {
    readonly kvs?: readonly KeyValue[];
    readonly responses?: readonly { readonly response: object }[];
  };
  const full = kvs.filter(({ value }) => value !== "");
  return [...full, ...responses.flatMap(({ response }) => kvsIn(response))];
}
