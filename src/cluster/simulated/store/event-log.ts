import type { WatchEvent } from "../../../core/client.js";

/** What happened to a key. `prevKv` is there if the key was, and that is not compacted away. */
export type StoreEvent = WatchEvent;

/** The events of each revision that is not compacted away, in the order in which they were made. */
export class EventLog {
  /** The revision of the first group. */
  #first: number;
  #groups: (readonly StoreEvent[])[] = [];

  /** `first` is the revision of the first group that will come. */
  constructor(first: number) {
    this.#first = first;
  }

  /** Adds the next revision. */
  add(events: readonly StoreEvent[]): void {
    this.#groups.push(events);
  }

  of(revision: number): readonly StoreEvent[] {
    return this.#groups[revision - this.#first] ?? [];
  }

  /** Keeps what happened at the revision, but no longer what was before it. */
  compact(revision: number): void {
    if (revision < this.#first) return;
    const kept = this.#groups.slice(revision - this.#first);
    const [oldest, ...newer] = kept;
    this.#groups = oldest ? [oldest.map(({ type, kv }) => ({ type, kv })), ...newer] : [];
    this.#first = revision;
  }

  clone(): EventLog {
    const copy = new EventLog(this.#first);
    copy.#groups = [...this.#groups];
    return copy;
  }
}
