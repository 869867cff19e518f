import type { WatchPlan } from "../../../../workloads/watch-input.js";
import { recordedValue, sentValue } from "../../../../workloads/watch-values.js";
import type { KeyValue, WatchEvent } from "../../../core/client.js";
import type { Shows } from "./shows.js";
import { tellsAnotherPast } from "./watch-past.js";
import {
  contradicts,
  eventsOf,
  type Part,
  partsOf,
  stepsOf,
  tellings,
  type Watched,
} from "./watch-tellings.js";

/** One watch of an operation: what it asked for, and the parts with its number. */
interface Story {
  readonly plan: WatchPlan;
  readonly parts: readonly Part[];
}
type Look = (
  story: Story,
  named: readonly Watched[],
  all: readonly Watched[],
) => boolean | undefined;

/** By checker. They go by what is recorded, part by part, and try everything against everything. */
export const watchShows: Readonly<Record<string, Shows>> = {
  "watch-ordered": asStory(isOutOfOrder),
  "watch-unique": asStory(({ parts }) => hasTwice(parts.flatMap(placesOf))),
  "watch-atomic": asStory(isTorn),
  "watch-reliable": asStory(missesWhatIsKnown),
  "watch-resumable": asStory((story, named) =>
    isTooOld(story) ? true : missesWhatIsKnown(story, named),
  ),
  "watch-bookmarkable": asStory(breaksItsBookmark),
  "watch-early-bookmark": asStory(isNotifiedEarly),
  "watch-filter": asStory(({ plan, parts }) =>
    parts.some(({ events = [] }) => events.some((event) => !wants(plan, event.type, event.kv.key))),
  ),
  "watch-prev-kv": (history, named, finding) =>
    // Versions and creations take the whole of the store's history to tell.
    / before it/.test(finding.message)
      ? asStory(({ parts }, _, all) => tellsAnotherPast(parts, all))(history, named, finding)
      : undefined,
  "watch-no-future": asStory(comesFromNowhere),
  "watch-compaction": asStory(goesOnAfterItsEnd),
  "watch-agreement": (_, named) => {
    const [one, other] = (named as readonly Watched[]).map(tellings);
    if (!one || !other) return false;
    return one.some((telling) => other.some((second) => contradicts(telling, second)));
  },
};

/** The message tells the number of the watch; the operation is the last one that has such a watch. */
function asStory(look: Look): Shows {
  return (history, named, { message }) => {
    const operations = named as readonly Watched[];
    const id = Number(/, watch (\d+),/.exec(message)?.[1]);
    const watching = operations.findLast(
      ({ input, node, process }) =>
        input.f === "watch" && message.includes(`process ${process} on ${node}, watch ${id},`),
    );
    if (watching?.input.f !== "watch") return false;
    const plan = watching.input.watches.find((one) => one.id === id);
    if (!plan) return false;
    const parts = partsOf(watching).filter((part) => part.id === id || isForAll(part));
    const others = operations.filter((operation) => operation !== watching);
    return look({ plan, parts }, others, history.operations as readonly Watched[]);
  };
}

function isForAll({ id, created, canceled }: Part): boolean {
  return id === -1 && created !== true && canceled !== true;
}

function isNotice({ created, canceled, events }: Part): boolean {
  return created !== true && canceled !== true && events === undefined;
}

function placesOf({ events = [] }: Part): string[] {
  return events.map(({ kv }) => `${kv.modRevision} ${kv.key}`);
}

function hasTwice(items: readonly string[]): boolean {
  return new Set(items).size < items.length;
}

function isOutOfOrder({ parts }: Story, others: readonly Watched[]): boolean | undefined {
  // The order within a transaction takes that transaction.
  if (others.length > 0) return undefined;
  const revisions = eventsOf(parts).map(({ kv }) => kv.modRevision);
  const firstEvent = parts.findIndex(({ events }) => events !== undefined);
  const creation = parts.findIndex(({ created }) => created === true);
  return (
    revisions.some((revision, at) => revision < (revisions[at - 1] ?? 0)) ||
    (firstEvent >= 0 && (creation < 0 || creation > firstEvent))
  );
}

function isTorn({ plan, parts }: Story): boolean {
  if (parts.some(({ fragment }) => fragment === true && plan.fragment !== true)) return true;
  const told = parts.filter(({ events }) => events !== undefined);
  return told.some((part, at) => {
    const next = told.slice(at + 1).find(({ events = [] }) => sharesRevision(part, events));
    return next !== undefined && part.fragment !== true;
  });
}

function sharesRevision({ events = [] }: Part, others: readonly WatchEvent[]): boolean {
  return events.some((event) =>
    others.some(({ kv }) => kv.modRevision === event.kv.modRevision && kv.key !== event.kv.key),
  );
}

function wants({ key, rangeEnd, filters = [] }: WatchPlan, type: string, asked: string): boolean {
  const isThere =
    rangeEnd === undefined
      ? asked === key
      : asked >= key && (rangeEnd === "\0" || asked < rangeEnd);
  return isThere && !filters.some((filter) => filter === `no-${type}`);
}

function startOf({ plan, parts }: Story): number {
  const creation = parts.find(({ created }) => created === true);
  return plan.startRevision ?? (creation ? creation.rev + 1 : Infinity);
}

function isTooOld(story: Story): boolean {
  const start = startOf(story);
  return start < Infinity && eventsOf(story.parts).some(({ kv }) => kv.modRevision < start);
}

/** The other one knows of something that was wanted and skipped. */
function missesWhatIsKnown(story: Story, others: readonly Watched[]): boolean | undefined {
  const knower = others.at(-1);
  // Both are watches of one operation.
  const known = knower ? tellings(knower) : [];
  if (!knower || known.length === 0) return undefined;
  const start = startOf(story);
  const told = new Set(story.parts.flatMap(placesOf));
  const creation = story.parts.findIndex(({ created }) => created === true);
  const isPassed = (revision: number) =>
    story.parts.some((part, at) => {
      const notice = isNotice(part) && at > creation && part.rev >= revision;
      return notice || (part.events ?? []).some(({ kv }) => reaches(part, kv, revision));
    });
  return known.some(
    ({ type, revision, key }) =>
      revision >= start &&
      wants(story.plan, type, key) &&
      !told.has(`${revision} ${key}`) &&
      isPassed(revision),
  );
}

function reaches({ fragment }: Part, { modRevision }: KeyValue, revision: number): boolean {
  return modRevision > revision || (modRevision === revision && fragment !== true);
}

function noticesIn(
  parts: readonly Part[],
): readonly { readonly at: number; readonly rev: number }[] {
  const creation = parts.findIndex(({ created }) => created === true);
  return parts.flatMap((part, at) =>
    isNotice(part) && at > creation ? [{ at, rev: part.rev }] : [],
  );
}

function isNotifiedEarly({ plan, parts }: Story): boolean {
  return noticesIn(parts).some(({ rev }) => rev < (plan.startRevision ?? 0) - 1);
}

function breaksItsBookmark({ parts }: Story): boolean {
  const notices = noticesIn(parts);
  return notices.some(({ at, rev }) => {
    const before = eventsOf(parts.slice(0, at)).map(({ kv }) => kv.modRevision);
    const after = eventsOf(parts.slice(at)).map(({ kv }) => kv.modRevision);
    return (
      after.some((revision) => revision <= rev) ||
      before.some((revision) => revision > rev) ||
      notices.some((other) => other.at < at && other.rev > rev)
    );
  });
}

function goesOnAfterItsEnd(story: Story): boolean {
  const { parts } = story;
  const own = parts.filter(({ id }) => id !== -1);
  const end = own.findIndex(({ canceled }) => canceled === true);
  const needs = eventsOf(own.slice(0, Math.max(0, end))).map(({ kv }) => kv.modRevision + 1);
  const first = own[end]?.compacted ?? Infinity;
  const isNeedless = [startOf(story), ...needs].some((revision) => first <= revision);
  return isNeedless || (end >= 0 && end < own.length - 1);
}

/** Either another operation contradicts an event, or there is none that it could come from. */
function comesFromNowhere(
  { parts }: Story,
  others: readonly Watched[],
  all: readonly Watched[],
): boolean {
  const isAny = (look: (event: WatchEvent, part: Part) => boolean) =>
    parts.some((part) => (part.events ?? []).some((event) => look(event, part)));
  if (others.length === 0) return isAny((event, part) => !hasOrigin(event, part, all));
  return others.some(
    (other) => isAny((event, part) => denies(other, event, part)) || knowsLess(other, parts),
  );
}

function hasOrigin({ type, kv }: WatchEvent, { index }: Part, all: readonly Watched[]): boolean {
  return all.some((operation) => {
    const { outcome } = operation;
    if (outcome.type === "ok") {
      return tellings(operation).some(
        (told) =>
          operation.input.f !== "watch" &&
          told.type === type &&
          told.key === kv.key &&
          told.revision === kv.modRevision,
      );
    }
    return outcome.type === "info" && operation.index < index && mayChange(operation, type, kv);
  });
}

function mayChange({ input }: Watched, type: string, { key, value }: KeyValue): boolean {
  return stepsOf(input).some((step) =>
    step.type === "put"
      ? type === "put" && step.key === key && recordedValue(sentValue(step)) === value
      : type === "delete" && wants({ id: 0, name: "", ...step }, "delete", key),
  );
}

function denies(operation: Watched, { type, kv }: WatchEvent, { index }: Part): boolean {
  const { outcome } = operation;
  const isItsOwn = mayChange(operation, type, kv);
  if (isItsOwn && (outcome.type === "fail" || operation.index > index)) return true;
  if (outcome.type !== "ok" || !("deleted" in outcome.output)) return false;
  const { revision } = outcome.output;
  if (isItsOwn && type === "put" && revision !== kv.modRevision) return true;
  if (revision !== kv.modRevision) return false;
  return !tellings(operation).some(
    (told) =>
      told.type === type && told.key === kv.key && (type === "delete" || told.value === kv.value),
  );
}

function knowsLess(operation: Watched, parts: readonly Part[]): boolean {
  const { outcome, index } = operation;
  if (outcome.type !== "ok" || !outcome.header) return false;
  const isWrite = "deleted" in outcome.output && outcome.output.revision !== undefined;
  const told = outcome.header.revision - (isWrite ? 1 : 0);
  return parts.some(
    (part) =>
      part.index < index &&
      [part.rev, ...(part.events ?? []).map(({ kv }) => kv.modRevision)].some((rev) => rev > told),
  );
}
