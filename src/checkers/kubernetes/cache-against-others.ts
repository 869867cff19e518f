import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import { type CachedSpan, type FollowedView, nameOfEvent } from "./cache-by-itself.js";
import { changeInWords } from "./change-words.js";
import type { RecordedView } from "./client-views.js";
import type { ListIndex } from "./list-index.js";
import { changeOf, type Dispute, type ObjectLog } from "./object-log.js";
import type { Trouble } from "./trouble.js";
import { doubtOf } from "./value-doubt.js";

/** Looks at one cache after the other: it is held against what everybody else was told. */
export function cacheAgainstOthers(
  log: ObjectLog,
  lists: ListIndex,
): (view: RecordedView, cache: FollowedView) => Iterable<Trouble> {
  const keys = log.keys();
  const disputes = disputesOfWatches(log);
  return function* look(view, cache) {
    yield* wrongEvents(view, { log, disputes });
    const missed = new Set<string>();
    for (const { trouble, key } of missedChanges(view, cache, { log, keys })) {
      missed.add(key);
      yield trouble;
    }
    for (const span of cache.spans) {
      if (!missed.has(span.key)) yield* contradictions(view, span, { log, lists });
    }
  };
}

function disputesOfWatches({ disputes }: ObjectLog): ReadonlyMap<Operation, readonly Dispute[]> {
  const found = new Map<Operation, Dispute[]>();
  for (const dispute of disputes) {
    const watch = [dispute.first.by, dispute.second.by].find(({ input }) => input.f === "watch");
    if (!watch) continue;
    const same = found.get(watch);
    if (same) same.push(dispute);
    else found.set(watch, [dispute]);
  }
  return found;
}

/** Events that tell of what nobody can have written, or of something else than others were told. */
function* wrongEvents(
  { watches }: RecordedView,
  {
    log,
    disputes,
  }: { readonly log: ObjectLog; readonly disputes: ReadonlyMap<Operation, readonly Dispute[]> },
): Generator<Trouble> {
  for (const { operation, events } of watches) {
    for (const event of events) {
      if (event.type === "delete") continue;
      const doubt = doubtOf(event.kv, operation, log);
      if (!doubt) continue;
      const change = changeInWords(changeOf(event, operation));
      yield {
        message: `${who(operation)} was told of ${change}, ${doubt.why}`,
        operations: [...doubt.operations, operation],
      };
    }
    for (const { first, second } of disputes.get(operation) ?? []) {
      yield {
        message: `${who(first.by)} was told of ${changeInWords(first)}, ${who(second.by)} of ${changeInWords(second)}`,
        operations: [first.by, second.by],
      };
    }
  }
}

/** All that happened after the list and up to where the watches came must have been told. */
function* missedChanges(
  { list, watches }: RecordedView,
  { told }: FollowedView,
  { log, keys }: { readonly log: ObjectLog; readonly keys: readonly string[] },
): Generator<{ readonly key: string; readonly trouble: Trouble }> {
  const last = watches.at(-1);
  if (!last) return;
  for (const key of keys) {
    if (key < list.prefix || key >= list.rangeEnd) continue;
    for (const change of log.changesBetween(key, list.revision, last.upTo)) {
      if (told.has(nameOfEvent(change))) continue;
      const watch = watches.find(({ upTo }) => upTo >= change.revision) ?? last;
      const trouble = {
        message:
          `${who(watch.operation)} watched from revision ${watch.startRevision} on, came to ${watch.upTo} ` +
          `and was not told of ${changeInWords(change)}, although ${who(change.by)} was`,
        operations: [change.by, watch.operation],
      };
      yield { key, trouble };
    }
  }
}

/** Whoever saw the object at a revision that the cache has must have seen it as the cache has it. */
function* contradictions(
  { list: { prefix, revision: listedAt }, watches }: RecordedView,
  { key, modRevision, first, last, by }: CachedSpan,
  { log, lists }: { readonly log: ObjectLog; readonly lists: ListIndex },
): Generator<Trouble> {
  const sightings = log
    .sightingsAtTheEdges(key, first, last)
    .map((sighting) => ({ ...sighting, operations: [sighting.by] }));
  for (const seen of [...sightings, ...lists.atTheEdges({ prefix, key }, first, last)]) {
    if (seen.modRevision === modRevision) continue;
    const operations = [...by, ...watches.map(({ operation }) => operation)];
    const cached = by.at(-1);
    const [other] = seen.operations;
    if (!cached || !other) continue;
    yield {
      message:
        `the cache of ${who(cached)}, listed at revision ${listedAt}, had ${key} ${asOf(modRevision)} ` +
        `at revision ${seen.revision}, but ${who(other)} was told of it ${asOf(seen.modRevision)}`,
      operations: [...operations, ...seen.operations],
    };
    return;
  }
}

function asOf(modRevision: number): string {
  return modRevision === 0 ? "as absent" : `as of revision ${modRevision}`;
}
