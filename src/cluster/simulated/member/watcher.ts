import type { KeyValue, WatchCreateRequest, WatchEvent } from "../../../core/client.js";
import { isInRange } from "../store/key-range.js";

/** What watches ask of a store. */
export interface WatchedStore {
  readonly revision: number;
  /** 0 until the first compaction. */
  readonly compactRevision: number;
  /** What happened at this revision, in order. Of the compacted revision itself it knows all. */
  eventsOf(revision: number): readonly WatchEvent[];
}

/** What a watch is told of one revision: all of it or nothing. */
export interface RevisionEvents {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

/** One watch: what it wants, and how far it has come. */
export interface Watcher {
  readonly request: WatchCreateRequest;
  /** Everything below was told. */
  next: number;
  /** It is told of each revision as it comes. Else it is behind, and is helped up now and then. */
  isSynced: boolean;
  /** It asked for what is compacted and was told so. Its id stays taken until it is cancelled. */
  isLost: boolean;
  /** Nothing was told since the last round of progress notifications, so it is due. */
  isProgressDue: boolean;
}

/** The events that the watch asked for among those of one revision, as it asked for them. */
export function eventsFor(
  { request }: Watcher,
  store: WatchedStore,
  revision: number,
): readonly WatchEvent[] {
  const { filters = [] } = request;
  return store
    .eventsOf(revision)
    .filter(({ type }) => !filters.includes(type === "put" ? "no-put" : "no-delete"))
    .filter(({ kv }) => isInRange(kv.key, request))
    .map((event) => asAsked(event, request, store));
}

function asAsked(
  { type, kv, prevKv }: WatchEvent,
  request: WatchCreateRequest,
  { compactRevision }: WatchedStore,
): WatchEvent {
  const told = type === "put" ? kv : tombstone(kv);
  const isKnown = kv.modRevision > compactRevision;
  // etcd does not ask what was there before a key was made: it may have been deleted just then.
  const isMade = type === "put" && kv.createRevision === kv.modRevision;
  return request.prevKv === true && prevKv && isKnown && !isMade
    ? { type, kv: told, prevKv }
    : { type, kv: told };
}

function tombstone({ key, modRevision }: KeyValue): KeyValue {
  return { key, value: "", createRevision: 0, modRevision, version: 0, lease: "0" };
}

/** The same watch, as if it had asked for all keys and all kinds of events. */
export function wantingAll(watcher: Watcher): Watcher {
  return { ...watcher, request: { ...watcher.request, key: "\0", rangeEnd: "\0", filters: [] } };
}

/** With the value before the previous one as the previous one, where there was one. */
export function withOlderPast(event: WatchEvent, store: WatchedStore): WatchEvent {
  const { prevKv } = event;
  if (!prevKv || prevKv.modRevision < store.compactRevision) return event;
  const made = store.eventsOf(prevKv.modRevision).find(({ kv }) => kv.key === prevKv.key);
  return made?.prevKv ? { ...event, prevKv: made.prevKv } : event;
}

/** Whether the last revision of these has several. */
export function endsWithMany(events: readonly WatchEvent[]): boolean {
  const [one, other] = events.slice(-2);
  return other !== undefined && one?.kv.modRevision === other.kv.modRevision;
}
