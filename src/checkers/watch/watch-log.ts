import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import type { Change, RecordedWatch, RevisionFacts } from "./watch-record.js";

/** What certainly happened to a key at a revision. */
export interface KnownEvent {
  readonly revision: number;
  readonly key: string;
  readonly type: WatchEvent["type"];
  /** Empty for a deletion. */
  readonly value: string;
  /** Who knows: the write that was acknowledged, else the first that saw it. */
  readonly by: Operation;
  readonly isAcknowledged: boolean;
  /** Its place among the changes of its write, where that is known. */
  readonly place?: number;
  /** As it was first shown by a watch or a read. */
  kv?: KeyValue;
  shownBy?: Operation;
  /** Others say otherwise of the same key at the same revision. */
  isDisputed: boolean;
}

/** All that is known of one revision. */
export interface KnownRevision {
  readonly revision: number;
  readonly events: KnownEvent[];
  /** The write whose acknowledgement tells all of its events; undefined where there may be more. */
  writer?: Operation;
}

/** A write, found by a value that it alone writes. */
export interface KnownWrite {
  readonly operation: Operation;
  readonly facts: NonNullable<RevisionFacts["write"]>;
  readonly key: string;
}

/**
 * The history of the store as far as it is certain: by writes that were acknowledged, by what reads
 * found and by what watches were told. Revisions of writes that nobody saw are missing.
 */
export class WatchLog {
  readonly #revisions = new Map<number, KnownRevision>();
  readonly #keys = new Map<string, KnownEvent[]>();
  readonly #writes = new Map<string, KnownWrite>();
  #ordered: readonly KnownRevision[] = [];
  #whole: readonly number[] = [];

  addWrite(operation: Operation, { write }: RevisionFacts): void {
    if (!write) return;
    for (const change of write.changes) {
      if (change.type !== "put") continue;
      this.#writes.set(change.value, { operation, facts: write, key: change.key });
    }
    if (write.outcome === "made") this.#addMade(operation, write);
  }

  addFound(operation: Operation, { found = [] }: RevisionFacts): void {
    for (const kv of found) this.#show(operation, { type: "put", kv });
  }

  addWatch({ operation, messages }: RecordedWatch): void {
    for (const { events } of messages) for (const event of events) this.#show(operation, event);
  }

  /** To be called once, when all was added. */
  order(): void {
    this.#ordered = [...this.#revisions.values()].sort((a, b) => a.revision - b.revision);
    this.#whole = this.#ordered.flatMap(({ revision, writer }) => (writer ? [revision] : []));
    for (const { events } of this.#ordered) {
      for (const event of events) {
        const ofKey = this.#keys.get(event.key);
        if (ofKey) ofKey.push(event);
        else this.#keys.set(event.key, [event]);
      }
    }
  }

  get size(): number {
    return this.#ordered.length;
  }

  at(revision: number): KnownRevision | undefined {
    return this.#revisions.get(revision);
  }

  eventAt(revision: number, key: string): KnownEvent | undefined {
    return this.at(revision)?.events.find((event) => event.key === key);
  }

  /** Undefined for a value that nobody ever asked to write. */
  writeOf(value: string): KnownWrite | undefined {
    return this.#writes.get(value);
  }

  /** What happened from the first revision to the last, both included, in order. */
  *between(first: number, last: number): Generator<KnownEvent> {
    const from = placeOf(this.#ordered.length, (at) => revisionAt(this.#ordered, at) >= first);
    for (let at = from; at < this.#ordered.length; at++) {
      const known = this.#ordered[at];
      if (!known || known.revision > last) return;
      yield* known.events;
    }
  }

  /** The same for one key. */
  *ofKeyBetween(key: string, first: number, last: number): Generator<KnownEvent> {
    const events = this.#keys.get(key) ?? [];
    const from = placeOf(events.length, (at) => revisionAt(events, at) >= first);
    for (let at = from; at < events.length; at++) {
      const event = events[at];
      if (!event || event.revision > last) return;
      yield event;
    }
  }

  /** The last that is known to have happened to a key before a revision. */
  before(revision: number, key: string): KnownEvent | undefined {
    const events = this.#keys.get(key) ?? [];
    return events[placeOf(events.length, (at) => revisionAt(events, at) >= revision) - 1];
  }

  /** How many revisions between the two, both left out, may have changed more than is known. */
  notWholeBetween(first: number, last: number): number {
    const from = placeOf(this.#whole.length, (at) => (this.#whole[at] ?? 0) > first);
    const to = placeOf(this.#whole.length, (at) => (this.#whole[at] ?? 0) >= last);
    return Math.max(0, last - first - 1 - Math.max(0, to - from));
  }

  #addMade(
    operation: Operation,
    { revision, changes }: { readonly revision: number; readonly changes: readonly Change[] },
  ): void {
    if (changes.length === 0) return;
    const known = this.#revisionOf(revision);
    known.writer ??= operation;
    for (const [place, change] of changes.entries()) {
      const { type, key } = change;
      const value = type === "put" ? change.value : "";
      this.#add(known, { by: operation, isAcknowledged: true, type, key, value, place });
    }
  }

  #show(operation: Operation, { type, kv }: WatchEvent): void {
    const { key, value } = kv;
    const known = this.#revisionOf(kv.modRevision);
    const event = this.#add(known, { by: operation, isAcknowledged: false, type, key, value });
    if (event.type !== type || event.value !== value) return;
    if (!event.kv) {
      event.kv = kv;
      event.shownBy = operation;
    }
    const write = type === "put" ? this.#writes.get(value) : undefined;
    if (write?.facts.outcome === "maybe") this.#completeMaybe(known, write);
  }

  /** Writes happen whole: one that was seen to put one key has put the others, too. */
  #completeMaybe(known: KnownRevision, { operation, facts: { changes } }: KnownWrite): void {
    if (changes.length < 2) return;
    for (const change of changes) {
      if (change.type !== "put") continue;
      const { type, key, value } = change;
      this.#add(known, { by: operation, isAcknowledged: false, type, key, value });
    }
  }

  #revisionOf(revision: number): KnownRevision {
    let known = this.#revisions.get(revision);
    if (!known) {
      known = { revision, events: [] };
      this.#revisions.set(revision, known);
    }
    return known;
  }

  #add(
    { revision, events }: KnownRevision,
    told: Omit<KnownEvent, "revision" | "isDisputed">,
  ): KnownEvent {
    const before = events.find(({ key }) => key === told.key);
    if (before) {
      if (before.type !== told.type || before.value !== told.value) before.isDisputed = true;
      return before;
    }
    const event = { ...told, revision, isDisputed: false };
    events.push(event);
    return event;
  }
}

/** The first place of which it is true; it is true of all that follow. */
function placeOf(length: number, isThere: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isThere(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function revisionAt(list: readonly { readonly revision: number }[], at: number): number {
  return list[at]?.revision ?? Infinity;
}
