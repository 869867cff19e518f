import type { KeyValue } from "../../../core/client.js";
import { isBeforeEnd, isSingleKey, placeOf, type KeyRange } from "./key-range.js";

/** Every kept version of every key. A deletion is a version with number 0. */
export class KeySpace {
  /** In order; a deleted key stays until it is compacted away. */
  #keys: string[] = [];
  /** Of each key, oldest first, never empty. */
  readonly #versions = new Map<string, KeyValue[]>();

  /** Adds the newest version of a key. */
  add(kv: KeyValue): void {
    const versions = this.#versions.get(kv.key);
    if (versions) {
      versions.push(kv);
      return;
    }
    this.#versions.set(kv.key, [kv]);
    this.#keys.splice(placeOf(kv.key, this.#keys), 0, kv.key);
  }

  /** The key as of a revision; undefined for the newest. */
  get(key: string, revision?: number): KeyValue | undefined {
    const versions = this.#versions.get(key) ?? [];
    const kv =
      revision === undefined ? versions.at(-1) : versions[countUpTo(revision, versions) - 1];
    return kv && kv.version > 0 ? kv : undefined;
  }

  /** All that a range has, in key order. */
  find(range: KeyRange, revision?: number): readonly KeyValue[] {
    if (isSingleKey(range)) {
      const kv = this.get(range.key, revision);
      return kv ? [kv] : [];
    }
    const found: KeyValue[] = [];
    for (let at = placeOf(range.key, this.#keys); at < this.#keys.length; at++) {
      const key = this.#keys[at] ?? "";
      if (!isBeforeEnd(key, range)) break;
      const kv = this.get(key, revision);
      if (kv) found.push(kv);
    }
    return found;
  }

  /** Of what is not newer than the revision, keeps what is still there at it. */
  compact(revision: number): void {
    for (const [key, versions] of this.#versions) {
      const newest = countUpTo(revision, versions) - 1;
      if (newest < 0) continue;
      const isDeleted = versions[newest]?.version === 0;
      versions.splice(0, isDeleted ? newest + 1 : newest);
      if (versions.length === 0) this.#versions.delete(key);
    }
    this.#keys = this.#keys.filter((key) => this.#versions.has(key));
  }

  clone(): KeySpace {
    const copy = new KeySpace();
    copy.#keys = [...this.#keys];
    for (const [key, versions] of this.#versions) copy.#versions.set(key, [...versions]);
    return copy;
  }
}

/** How many versions were made up to the revision. */
function countUpTo(revision: number, versions: readonly KeyValue[]): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle]?.modRevision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
