import { type Gap, gapsBetween } from "./gaps.js";
import { answerOf, type KvOperation, putsIn, revisionMadeBy, shownIn } from "./kv-operation.js";
import { type Progress, progressOf } from "./progress.js";
import { startsOf } from "./starts.js";

/** What the answers of others tell of an operation that was never answered. */
export interface Sight {
  readonly revision: number;
  /** The answer that showed it first: it had happened by the end of that. */
  readonly by: KvOperation;
}

/** What all answers together say of who made which revision. Needs no order. */
export interface Evidence {
  /** The operation that said itself, or was seen, to have made a revision; the first that did. */
  readonly makers: ReadonlyMap<number, KvOperation>;
  /** Of operations without an answer whose write was seen, and certainly at that revision. */
  readonly sights: ReadonlyMap<KvOperation, Sight>;
  /** The revision of the empty store that all of it began with. */
  readonly start: number;
  /** The newest one that anything is known of. */
  readonly newest: number;
  /** Revisions between these that nobody is known to have made, ascending. */
  readonly gaps: readonly Gap[];
  readonly progress: Progress;
}

/**
 * Every written value is written once, so that whoever finds one tells who wrote it, and at which
 * revision. That is certain but where some put that kept its key's old value, and was not answered,
 * may have written it again at a later revision: then no other revision may be open to the writer.
 */
export function gatherEvidence(
  operations: readonly KvOperation[],
  start = startsOf(operations).latest,
): Evidence {
  const makers = makersByAnswer(operations);
  const { unanswered, repeated } = unansweredWrites(operations);
  const newest = newestIn(operations);
  const progress = progressOf(operations);

  const sights = new Map<KvOperation, Sight>();
  const doubtful: (Sight & { readonly writer: KvOperation })[] = [];
  for (const operation of operations) {
    const answer = answerOf(operation);
    if (!answer) continue;
    for (const { key, value, createRevision, modRevision } of shownIn(answer)) {
      const writer = unanswered.get(value);
      if (!writer || isSaidByAnother(makers, modRevision, writer)) continue;
      const sight = { revision: modRevision, by: operation };
      const isRepeated = repeated.has(key) && createRevision !== modRevision;
      if (isRepeated) doubtful.push({ ...sight, writer });
      else note(sight, writer);
    }
  }
  doubtful.sort((a, b) => a.revision - b.revision);
  for (const { writer, ...sight } of doubtful) {
    if (isOnlyChoice(sight.revision, { writer, makers, progress })) note(sight, writer);
  }

  function note(sight: Sight, writer: KvOperation): void {
    makers.set(sight.revision, writer);
    const before = sights.get(writer);
    if (!before || endOf(sight.by) < endOf(before.by)) sights.set(writer, sight);
  }

  // One that was seen before it was asked for is a contradiction, which the search is to find.
  for (const [writer, { by }] of sights) if (endOf(by) <= writer.index) sights.delete(writer);
  const gaps = gapsBetween({ oldest: start, newest }, makers, operations);
  return { makers, sights, start, newest, gaps, progress };
}

function makersByAnswer(operations: readonly KvOperation[]): Map<number, KvOperation> {
  const makers = new Map<number, KvOperation>();
  for (const operation of operations) {
    const made = revisionMadeBy(operation);
    if (made !== undefined && !makers.has(made)) makers.set(made, operation);
  }
  return makers;
}

/** By value; and the keys that some of them may have written again as they were. */
function unansweredWrites(operations: readonly KvOperation[]) {
  const unanswered = new Map<string, KvOperation>();
  const repeated = new Set<string>();
  for (const operation of operations) {
    if (operation.outcome.type !== "info") continue;
    for (const { key, value } of putsIn(operation.input)) {
      if (value === undefined) repeated.add(key);
      else unanswered.set(value, operation);
    }
  }
  return { unanswered, repeated };
}

/** The newest revision that anything is known of. */
function newestIn(operations: readonly KvOperation[]): number {
  let newest = 0;
  for (const operation of operations) {
    newest = Math.max(newest, answerOf(operation)?.revision ?? 0);
  }
  return newest;
}

function isSaidByAnother(
  makers: ReadonlyMap<number, KvOperation>,
  revision: number,
  writer: KvOperation,
): boolean {
  const maker = makers.get(revision);
  return maker !== undefined && maker !== writer;
}

/** Whether every revision from the writer's call up to this one was made by somebody else. */
function isOnlyChoice(
  revision: number,
  {
    writer,
    makers,
    progress,
  }: {
    readonly writer: KvOperation;
    readonly makers: ReadonlyMap<number, KvOperation>;
    readonly progress: Progress;
  },
): boolean {
  const reached = progress.reachedBy(writer.index);
  for (let earlier = reached + 1; earlier < revision; earlier++) {
    const maker = makers.get(earlier);
    if (maker === undefined || maker === writer) return false;
  }
  return true;
}

function endOf({ completedIndex = Infinity }: KvOperation): number {
  return completedIndex;
}
