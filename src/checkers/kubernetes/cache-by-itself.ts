import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import { changeInWords } from "./change-words.js";
import type { RecordedStream, RecordedView } from "./client-views.js";
import { changeOf } from "./object-log.js";
import type { Trouble } from "./trouble.js";

/** How an object stood in a cache from one revision to another, both included. */
export interface CachedSpan {
  readonly key: string;
  /** 0 where it was absent. */
  readonly modRevision: number;
  readonly first: number;
  readonly last: number;
  /** Who told so: the list's pages or a watch. */
  readonly by: readonly Operation[];
}

/** What a list and its watches make together. */
export interface FollowedView {
  /** Revision and key of each event. */
  readonly told: ReadonlySet<string>;
  /** Of all objects that were listed or told of. */
  readonly spans: readonly CachedSpan[];
  readonly troubles: readonly Trouble[];
}

interface Cached {
  /** Undefined where it is absent. */
  readonly kv: KeyValue | undefined;
  readonly since: number;
  readonly by: readonly Operation[];
}

export function nameOfEvent({
  key,
  revision,
}: {
  readonly key: string;
  readonly revision: number;
}) {
  return `${revision} ${key}`;
}

/** Keeps the cache, and finds what contradicts it in the events by themselves. */
export function followView({ list, watches }: RecordedView): FollowedView {
  const listed = list.pages.map(({ operation }) => operation);
  const cache = new Map<string, Cached>();
  for (const { page } of list.pages) {
    for (const kv of page.kvs) cache.set(kv.key, { kv, since: list.revision, by: listed });
  }
  const told = new Set<string>();
  const spans: CachedSpan[] = [];
  const troubles: Trouble[] = [];
  let newest = list.revision;
  for (const watch of watches) {
    for (const event of watch.events) {
      const change = changeOf(event, watch.operation);
      const name = nameOfEvent(change);
      const before = cache.get(change.key);
      const why = told.has(name)
        ? "a second time"
        : change.revision <= newest
          ? `although it had come to revision ${newest} before`
          : whyItMissed(event, before?.kv);
      if (why !== undefined)
        troubles.push(troubleOf({ watch, event, why, by: before?.by ?? listed }));
      told.add(name);
      // What comes late or again is no news.
      if (change.revision <= newest) continue;
      newest = change.revision;
      spans.push(spanOf(change.key, before, { list: list.revision, last: newest - 1, listed }));
      cache.set(change.key, {
        kv: event.type === "put" ? event.kv : undefined,
        since: newest,
        by: [...listed, watch.operation],
      });
    }
  }
  const last = watches.at(-1)?.upTo ?? list.revision;
  for (const [key, cached] of cache) {
    spans.push(spanOf(key, cached, { list: list.revision, last, listed }));
  }
  return { told, spans, troubles };
}

function spanOf(
  key: string,
  cached: Cached | undefined,
  {
    list,
    last,
    listed,
  }: { readonly list: number; readonly last: number; readonly listed: readonly Operation[] },
): CachedSpan {
  const { kv, since, by } = cached ?? { kv: undefined, since: list, by: listed };
  return { key, modRevision: kv?.modRevision ?? 0, first: since, last, by };
}

/** Why a change must have been missed between the cache and this event. */
function whyItMissed(
  { type, kv, prevKv }: WatchEvent,
  cached: KeyValue | undefined,
): string | undefined {
  const had = cached
    ? `it knew the object at revision ${cached.modRevision}, version ${cached.version}`
    : "it knew no such object";
  if (prevKv && prevKv.modRevision !== (cached?.modRevision ?? 0)) {
    return `which followed on revision ${prevKv.modRevision}, but ${had}`;
  }
  if (type === "delete") return cached ? undefined : `but ${had}`;
  return kv.version === (cached?.version ?? 0) + 1
    ? undefined
    : `as version ${kv.version}, but ${had}`;
}

interface Told {
  readonly watch: RecordedStream;
  readonly event: WatchEvent;
  readonly why: string;
  readonly by: readonly Operation[];
}

function troubleOf({ watch: { operation }, event, why, by }: Told): Trouble {
  return {
    message: `${who(operation)} was told of ${changeInWords(changeOf(event, operation))}, ${why}`,
    operations: [...by, operation],
  };
}
