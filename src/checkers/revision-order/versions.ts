import type { Operation } from "../../core/operation.js";
import type { Held } from "./account.js";
import type { Writer } from "./writers.js";

/** That a key was put or deleted at a revision. */
export interface Version {
  readonly key: string;
  readonly revision: number;
  /** Null for a deletion; undefined where an answer only told that the key was created then. */
  readonly value: Held | undefined;
  /** Undefined where nobody is known to have done it. */
  readonly writer?: Writer;
  /** Who said so first. */
  readonly shownBy: Operation;
}

/** All versions of a key that are known, in the order of their revisions. */
export interface KeyHistory {
  /** The newest of at most this revision. */
  newest(revision: number): Version | undefined;
  /** Known puts in this span of revisions, ends included. */
  puts(from: number, to: number): number;
  /** The newest known deletion of at most this revision. */
  newestDeletion(revision: number): Version | undefined;
}

/** Versions by key and revision: those that writers reported, and those that answers showed. */
export interface Versions {
  at(key: string, revision: number): Version | undefined;
  /** Only where nothing else is known of that revision of the key. */
  add(version: Version): void;
  /** To be asked when all are in. */
  of(key: string): KeyHistory;
}

export function newVersions(): Versions {
  const keys = new Map<string, Map<number, Version>>();
  const histories = new Map<string, KeyHistory>();
  return {
    at: (key, revision) => keys.get(key)?.get(revision),
    add(version) {
      const { key, revision } = version;
      const known = keys.get(key);
      if (known) known.set(revision, version);
      else keys.set(key, new Map([[revision, version]]));
    },
    of(key) {
      const made = histories.get(key);
      if (made) return made;
      const history = inOrder([...(keys.get(key)?.values() ?? [])]);
      histories.set(key, history);
      return history;
    },
  };
}

function inOrder(versions: Version[]): KeyHistory {
  versions.sort((a, b) => a.revision - b.revision);
  /** By place: how many of those before it are puts. */
  const putsBefore = new Int32Array(versions.length + 1);
  /** By place: the place of the newest deletion before it; -1 for none. */
  const deletionBefore = new Int32Array(versions.length + 1).fill(-1);
  for (const [place, { value }] of versions.entries()) {
    const isDeletion = value === null;
    putsBefore[place + 1] = (putsBefore[place] ?? 0) + (isDeletion ? 0 : 1);
    deletionBefore[place + 1] = isDeletion ? place : (deletionBefore[place] ?? -1);
  }

  /** How many have at most this revision. */
  function countUpTo(revision: number): number {
    let [low, high] = [0, versions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((versions[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    newest: (revision) => versions[countUpTo(revision) - 1],
    puts: (from, to) => (putsBefore[countUpTo(to)] ?? 0) - (putsBefore[countUpTo(from - 1)] ?? 0),
    newestDeletion: (revision) => versions[deletionBefore[countUpTo(revision)] ?? -1],
  };
}
