import { isAskedFor } from "./key-in-range.js";
import type { KnownEvent, WatchLog } from "./watch-log.js";
import { isProgress } from "./watch-part.js";
import type { RecordedWatch, WatchMessage } from "./watch-record.js";

/** The revisions of which a watch was certainly told everything that it asked for. */
export interface Coverage {
  readonly first: number;
  readonly last: number;
  /** The message that tells that all up to `last` was told. */
  readonly by: WatchMessage;
  /** The revision of the first event or notification. */
  readonly begun: number;
}

/**
 * The first revision that a watch is to be told of: the one that it asked for, or the one after its
 * creation. Undefined where it asked for none and its creation was never told.
 */
export function firstRevision({ startRevision, messages }: RecordedWatch): number | undefined {
  if (startRevision !== undefined) return startRevision;
  const created = messages.find((message) => message.created && !message.canceled);
  // etcd reads the revision that it tells, and has the watch begin with the next one.
  return created && created.revision + 1;
}

/**
 * From its first revision to its last event or progress notification. Events of one revision come
 * together, so that the last one is covered, unless more pieces of its message were to follow.
 * Undefined where nothing is.
 */
export function coverageOf(watch: RecordedWatch): Coverage | undefined {
  let isCreated = false;
  let begun: number | undefined;
  let last = 0;
  let by: WatchMessage | undefined;
  for (const message of watch.messages) {
    if (message.canceled) break;
    if (message.created) isCreated = true;
    // A notification before the creation speaks of the other watches of the stream.
    const isTold = message.events.length > 0 || (isCreated && isProgress(message));
    if (!isTold) continue;
    begun ??= message.events[0]?.kv.modRevision ?? message.revision;
    const upTo = coveredBy(message);
    if (by && upTo <= last) continue;
    last = upTo;
    by = message;
  }
  const first = firstRevision(watch) ?? begun;
  if (first === undefined || begun === undefined || !by || last < first) return undefined;
  return { first, last, by, begun };
}

function coveredBy({ events, revision, fragment }: WatchMessage): number {
  if (events.length === 0) return revision;
  const last = events.reduce((highest, { kv }) => Math.max(highest, kv.modRevision), 0);
  return fragment ? last - 1 : last;
}

/** What is known to have happened in the covered revisions, was asked for, and never came. */
export function* missingFrom(
  watch: RecordedWatch,
  { first, last }: Pick<Coverage, "first" | "last">,
  log: WatchLog,
): Generator<KnownEvent> {
  const told = toldOf(watch);
  for (const known of expectedBy(watch, { first, last }, log)) {
    // Of what others tell otherwise, only that is certain.
    if (known.isDisputed || told.get(known.revision)?.includes(known.key) === true) continue;
    yield known;
  }
}

function* expectedBy(
  watch: RecordedWatch,
  { first, last }: Pick<Coverage, "first" | "last">,
  log: WatchLog,
): Generator<KnownEvent> {
  const { key, rangeEnd } = watch.range;
  const isSingle = rangeEnd === undefined || rangeEnd === "";
  const happened = isSingle ? log.ofKeyBetween(key, first, last) : log.between(first, last);
  for (const known of happened) if (isAskedFor(watch, known)) yield known;
}

/** The keys that it was told of, by revision. */
function toldOf({ messages }: RecordedWatch): ReadonlyMap<number, readonly string[]> {
  const told = new Map<number, string[]>();
  for (const { events } of messages) {
    for (const { kv } of events) {
      const keys = told.get(kv.modRevision);
      if (keys) keys.push(kv.key);
      else told.set(kv.modRevision, [kv.key]);
    }
  }
  return told;
}
