import type { WatchCreateRequest, WatchEvent, WatchResponse } from "../../../core/client.js";
import type { ResponseHeader } from "../../../core/operation.js";
import type { Random } from "../../../core/random.js";
import type { Bugs } from "../bugs.js";
import type { Timer } from "../scheduler.js";
import { fragmentsOf } from "./watch-fragments.js";
import {
  endsWithMany,
  eventsFor,
  type RevisionEvents,
  wantingAll,
  type WatchedStore,
  type Watcher,
  withOlderPast,
} from "./watcher.js";

export interface WatchHubOptions {
  readonly store: () => WatchedStore;
  /** Of an answer that speaks of this revision; undefined for the newest. */
  readonly header: (revision?: number) => ResponseHeader;
  readonly bugs: Bugs;
  readonly random: Random;
  readonly after: (ms: number, act: () => void) => Timer;
  /** Each stream adds up to a tenth. Default: 10 minutes. */
  readonly progressMs?: number;
  /** Above this an answer comes in pieces where that was asked for. Default: 2 MiB. */
  readonly fragmentBytes?: number;
}

/** The member's end of a stream of watches. */
export interface ServerWatchStream {
  create(request: WatchCreateRequest): void;
  cancel(watchId: number): void;
  requestProgress(): void;
  close(): void;
}

/** Stands for the whole stream, or for a watch that never came to be. */
const noWatchId = -1;
/** Watches that are behind are helped up so often. */
const syncMs = 100;
/** A watch that is behind is told of so many revisions with events at a time. */
const revisionsAtATime = 1_000;
const tenMinutesMs = 600_000;
/** etcd's limit of 1.5 MiB for a request, with what it allows in addition. */
const twoMiB = 2 * 1024 * 1024;
/** A planted bug acts once in so many chances. */
const rarity = 20;
/** How long a planted bug holds an answer back where no other comes to overtake it. */
const heldMs = 1_000;

const compactedReason = "etcdserver: mvcc: required revision has been compacted";
const duplicateReason = "mvcc: duplicate watch ID provided on the WatchStream";
const emptyRangeReason = "mvcc: watcher range is empty";

/** All watches on one member: tells each of what happens to the keys that it watches. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #streams = new Set<Stream>();

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  /** `send` is called with each answer, in order, at once. */
  open(send: (response: WatchResponse) => void): ServerWatchStream {
    const stream = new Stream(this.#options, send, () => {
      this.#streams.delete(stream);
    });
    this.#streams.add(stream);
    return stream;
  }

  /** The store has come to a newer revision, or was compacted. */
  storeChanged(): void {
    for (const stream of [...this.#streams]) stream.storeChanged();
  }

  /** The process is dead: nothing is sent any more. */
  close(): void {
    for (const stream of [...this.#streams]) stream.close();
  }
}

class Stream implements ServerWatchStream {
  readonly #options: WatchHubOptions;
  readonly #send: (response: WatchResponse) => void;
  readonly #closed: () => void;
  readonly #watchers = new Map<number, Watcher>();
  readonly #held = new Map<Watcher, RevisionEvents>();
  #syncTimer: Timer | undefined;
  #progressTimer: Timer | undefined;
  #wantsProgress = false;
  #isClosed = false;

  constructor(
    options: WatchHubOptions,
    send: (response: WatchResponse) => void,
    closed: () => void,
  ) {
    this.#options = options;
    this.#send = send;
    this.#closed = closed;
    const { progressMs = tenMinutesMs, random } = options;
    this.#notifyLater(progressMs * (1 + random.fraction() / 10));
  }

  create(asked: WatchCreateRequest): void {
    if (this.#isClosed) return;
    const request = asked.key === "" ? { ...asked, key: "\0" } : asked;
    const { watchId, startRevision = 0, progressNotify = false } = request;
    const cancelReason = this.#refusalOf(request);
    if (cancelReason !== undefined) {
      this.#answer({ watchId: noWatchId, created: true, canceled: true, cancelReason });
      return;
    }
    const { revision } = this.#options.store();
    const isSynced = startRevision === 0 || startRevision > revision;
    const next = startRevision === 0 ? revision + 1 : startRevision;
    this.#watchers.set(watchId, { request, next, isSynced, isLost: false, isProgressDue: true });
    if (progressNotify) this.#wantsProgress = true;
    this.#answer({ watchId, created: true });
    if (!isSynced) this.#syncLater();
  }

  cancel(watchId: number): void {
    if (this.#watchers.delete(watchId)) this.#answer({ watchId, canceled: true });
  }

  /** Answered only where there are watches, and all of them have come to the newest revision. */
  requestProgress(): void {
    this.#wantsProgress = true;
    const watchers = [...this.#watchers.values()];
    if (watchers.length === 0) return;
    // bug progress-notification-too-early: watches that are behind do not count
    const isTooEarly = this.#options.bugs.has("progress-notification-too-early");
    const { revision } = this.#options.store();
    if (isTooEarly || watchers.every((watcher) => isAt(watcher, revision))) {
      this.#tellProgress(noWatchId);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#syncTimer?.cancel();
    this.#progressTimer?.cancel();
    this.#watchers.clear();
    this.#held.clear();
    this.#closed();
  }

  storeChanged(): void {
    const watchers = [...this.#watchers.values()].filter(({ isSynced }) => isSynced);
    if (watchers.length === 0) return;
    // bug progress-notification-too-early: what was promised as told is told only below
    if (this.#wantsProgress && this.#actsNow("progress-notification-too-early")) {
      this.#tellProgress(noWatchId);
    }
    const store = this.#options.store();
    for (const watcher of watchers) this.#tellNews(watcher, store);
  }

  #refusalOf({ watchId, key, rangeEnd = "", startRevision = 0 }: WatchCreateRequest) {
    if (startRevision < 0) return compactedReason;
    const isOpen = rangeEnd === "" || rangeEnd === "\0";
    if (!isOpen && Buffer.compare(Buffer.from(key), Buffer.from(rangeEnd)) >= 0) {
      return emptyRangeReason;
    }
    return this.#watchers.has(watchId) ? duplicateReason : undefined;
  }

  /** One answer for each revision. */
  #tellNews(watcher: Watcher, store: WatchedStore): void {
    // Only a member that got a snapshot can have missed what is compacted.
    if (this.#isLost(watcher, store)) return;
    for (; watcher.next <= store.revision; watcher.next++) {
      const { next: revision } = watcher;
      const events = this.#eventsFor(watcher, store, revision);
      if (events.length > 0) this.#tell(watcher, [{ revision, events }], revision);
    }
  }

  #syncLater(): void {
    this.#syncTimer ??= this.#options.after(syncMs, () => {
      this.#syncTimer = undefined;
      for (const watcher of [...this.#watchers.values()]) {
        if (!watcher.isSynced && !watcher.isLost) this.#tellHistory(watcher);
      }
    });
  }

  /** Many revisions in one answer. */
  #tellHistory(watcher: Watcher): void {
    const { store: current, bugs } = this.#options;
    const store = current();
    if (this.#isLost(watcher, store)) return;
    const told: RevisionEvents[] = [];
    for (; watcher.next <= store.revision && told.length < revisionsAtATime; watcher.next++) {
      const { next: revision } = watcher;
      const all = this.#eventsFor(watcher, store, revision);
      // bug watch-loses-event-at-compaction: deletions made by the compacted revision are gone
      const isLosing =
        bugs.has("watch-loses-event-at-compaction") && revision === store.compactRevision;
      const events = isLosing ? all.filter(({ type }) => type !== "delete") : all;
      if (events.length > 0) told.push({ revision, events });
    }
    if (watcher.next > store.revision) watcher.isSynced = true;
    else this.#syncLater();
    if (told.length > 0) this.#tell(watcher, told, store.revision);
  }

  #eventsFor(watcher: Watcher, store: WatchedStore, revision: number): readonly WatchEvent[] {
    // bug watch-ignores-filters: all that happened at this revision
    const isDeaf = this.#actsNow("watch-ignores-filters");
    const events = eventsFor(isDeaf ? wantingAll(watcher) : watcher, store, revision);
    // bug watch-wrong-prev-kv: the values before are one too old
    if (!this.#actsNow("watch-wrong-prev-kv")) return events;
    return events.map((event) => withOlderPast(event, store));
  }

  /** Cancels a watch that asks for what is no longer there; etcd gives it no reason in words. */
  #isLost(watcher: Watcher, { compactRevision }: WatchedStore): boolean {
    if (watcher.next >= compactRevision) return false;
    const { header, bugs } = this.#options;
    const { watchId } = watcher.request;
    // bug watch-survives-compaction: it is only behind
    const isOnlyBehind = bugs.has("watch-survives-compaction");
    if (isOnlyBehind) watcher.next = compactRevision;
    // bug watch-cancelled-again: it still counts among those that are behind, each time anew
    watcher.isLost = !isOnlyBehind && !bugs.has("watch-cancelled-again");
    watcher.isSynced = false;
    this.#answer({ header: header(0), watchId, canceled: true, compactRevision });
    if (!watcher.isLost) this.#syncLater();
    return true;
  }

  #tell(watcher: Watcher, told: readonly RevisionEvents[], revision: number): void {
    watcher.isProgressDue = false;
    const [first, ...others] = told;
    if (!first) return;
    const held = this.#held.get(watcher);
    this.#held.delete(watcher);
    // bug reordered-watch: the first of these comes after what follows
    if (!held && this.#actsNow("reordered-watch")) {
      if (others.length > 0) this.#deliver(watcher, [...others, first], revision);
      else this.#holdBack(watcher, first);
      return;
    }
    this.#deliver(watcher, told, revision);
    if (held) this.#deliver(watcher, [held], held.revision);
    // bug duplicate-watch-event: the last of these comes again
    if (this.#actsNow("duplicate-watch-event")) {
      this.#deliver(watcher, told.slice(-1), revision);
    }
  }

  #holdBack(watcher: Watcher, told: RevisionEvents): void {
    this.#held.set(watcher, told);
    this.#options.after(heldMs, () => {
      if (this.#held.get(watcher) !== told) return;
      this.#held.delete(watcher);
      this.#deliver(watcher, [told], told.revision);
    });
  }

  #deliver(watcher: Watcher, told: readonly RevisionEvents[], revision: number): void {
    const { watchId, fragment = false } = watcher.request;
    if (this.#watchers.get(watchId) !== watcher) return;
    const all = told.flatMap(({ events }) => events);
    // bug lost-watch-event: the last of these is left out
    const events = this.#actsNow("lost-watch-event") ? all.slice(0, -1) : all;
    // bug watch-splits-revision: the last of these comes in an answer of its own
    const isTorn = endsWithMany(events) && this.#actsNow("watch-splits-revision");
    const answers = isTorn ? [events.slice(0, -1), events.slice(-1)] : [events];
    const { fragmentBytes = twoMiB } = this.#options;
    for (const part of answers) {
      if (part.length === 0) continue;
      const response = { ...this.#blank(revision), watchId, events: part };
      const pieces = fragment ? fragmentsOf(response, fragmentBytes) : [response];
      for (const piece of pieces) this.#send(piece);
    }
  }

  #notifyLater(ms: number): void {
    this.#progressTimer = this.#options.after(ms, () => {
      for (const watcher of this.#watchers.values()) {
        const { watchId, progressNotify = false } = watcher.request;
        if (!progressNotify) continue;
        const { revision } = this.#options.store();
        if (watcher.isProgressDue && isAt(watcher, revision)) this.#tellProgress(watchId);
        watcher.isProgressDue = true;
      }
      this.#notifyLater(ms);
    });
  }

  #tellProgress(watchId: number): void {
    this.#answer({ watchId });
  }

  #answer(facts: Partial<WatchResponse>): void {
    if (!this.#isClosed) this.#send({ ...this.#blank(), ...facts });
  }

  #blank(revision?: number): WatchResponse {
    return {
      header: this.#options.header(revision),
      watchId: noWatchId,
      created: false,
      canceled: false,
      compactRevision: 0,
      fragment: false,
      events: [],
    };
  }

  #actsNow(bug: Parameters<Bugs["has"]>[0]): boolean {
    const { bugs, random } = this.#options;
    return bugs.has(bug) && random.below(rarity) === 0;
  }
}

/** Told of all up to it. One that begins in the future has not come so far. */
function isAt({ isSynced, request }: Watcher, revision: number): boolean {
  return isSynced && (request.startRevision ?? 0) <= revision;
}
