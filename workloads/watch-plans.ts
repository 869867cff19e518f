import type { Random } from "../src/core/random.js";
import type { WatchedRange } from "../src/checkers/watch/watch-record.js";
import type { WatchInput, WatchPlan } from "./watch-input.js";
import { drawRange, keys } from "./watch-keys.js";
import type { StoreKnowledge } from "./watch-knowledge.js";

/** A watch that ended and can be gone on with. */
export interface Resumable {
  readonly plan: WatchPlan;
  readonly next: number;
}

export interface PlanContext {
  /** Unique in the run: names the stream. */
  readonly stream: string;
  readonly known: StoreKnowledge;
  /** Those that the thread may go on with, the newest last. */
  readonly resumable: readonly Resumable[];
  /** More than the member looks at in one turn may share a stream. */
  readonly hundreds: boolean;
}

/** Watches beyond so many are on single keys, or all of their events would be too many. */
const mostRanges = 4;

/** Fewer than the 512 that a member looks at in one turn, and more than it has room to answer. */
const crowd = 300;
const hundreds = 600;

/** A stream of watches of all kinds. One in 40 is crowded, as soon as something is compacted. */
export function drawStream(random: Random, context: PlanContext): WatchInput {
  const size = random.below(40);
  const few = 1 + random.below(4);
  const many = 5 + random.below(16);
  const count = size === 0 ? 60 : size < 8 ? many : few;
  // Most are short: while it watches, a thread does nothing else.
  const lifeMs = Math.round(200 + 2_300 * random.fraction() ** 2);
  const isSlow = random.below(5) === 0;
  const restMs = 10 + random.below(90);
  const asks = random.below(4);
  const moments = [random.fraction(), random.fraction(), random.fraction()];
  const [first = 0, ...others] = moments.slice(0, asks).sort((a, b) => a - b);
  // Now and then right after the watches are asked for.
  const early = random.below(3) === 0 ? 0 : first;
  const ordinary: WatchInput = {
    f: "watch",
    watches: Array.from({ length: count }, (_, place) =>
      drawWatch(random, context, { place, lifeMs }),
    ),
    lifeMs,
    restMs: isSlow ? restMs : 0,
    progressAtMs: asks === 0 ? [] : [early, ...others].map((share) => Math.round(share * lifeMs)),
  };
  const isCrowded = size === 1 && context.known.compacted > 1;
  return isCrowded ? crowded(context, keyOf(ordinary)) : ordinary;
}

function keyOf({ watches: [first] }: WatchInput): string {
  return first?.key ?? "";
}

/**
 * Very many watches, all of what is compacted: each must be cancelled, once. With so many etcd 3.4
 * drops the cancels for which it has no room, and from 512 on even the newest etcd tells of them
 * again and again (https://github.com/etcd-io/etcd/issues/21174).
 */
function crowded({ stream, ...context }: PlanContext, key: string): WatchInput {
  return {
    f: "watch",
    watches: Array.from({ length: context.hundreds ? hundreds : crowd }, (_, place) => {
      return { id: place + 1, name: `${stream}/${place + 1}`, key, startRevision: 1 };
    }),
    lifeMs: 2_500,
    restMs: 0,
    progressAtMs: [],
  };
}

function drawWatch(
  random: Random,
  { stream, known, resumable }: PlanContext,
  { place, lifeMs }: { readonly place: number; readonly lifeMs: number },
): WatchPlan {
  const id = place + 1;
  const anyRange = drawRange(random);
  const single = random.pick(keys);
  const start = drawStart(random, known);
  const filter = random.below(10);
  const [prevKv, progressNotify, fragment, isCancelled] = [2, 3, 2, 5].map(
    (rarity) => random.below(rarity) === 0,
  );
  const cancelAtMs = random.below(lifeMs);
  const isResumed = random.below(4) === 0;
  const before = resumable[resumable.length - 1 - random.below(8)];
  const options = {
    id,
    name: `${stream}/${id}`,
    ...(prevKv === true && { prevKv }),
    ...(progressNotify === true && { progressNotify }),
    ...(fragment === true && { fragment }),
    ...(isCancelled === true && { cancelAtMs }),
  };
  if (isResumed && before) {
    const { key, rangeEnd, filters, name } = before.plan;
    return {
      ...options,
      ...rangeOf({ key, ...(rangeEnd !== undefined && { rangeEnd }) }),
      ...(filters && { filters }),
      startRevision: before.next,
      resumes: name,
    };
  }
  return {
    ...options,
    ...rangeOf(place < mostRanges ? anyRange : { key: single }),
    ...(filter === 0 && { filters: ["no-put"] as const }),
    ...(filter === 1 && { filters: ["no-delete"] as const }),
    ...(start !== undefined && { startRevision: start }),
  };
}

function rangeOf({ key, rangeEnd }: WatchedRange): WatchedRange {
  return rangeEnd === undefined ? { key } : { key, rangeEnd };
}

/**
 * Now, the past and the future, and above all the edges: the compacted revision and the newest one.
 * Now and then -1, which must be refused: a member that takes it for what is not compacted yet may
 * forget its other watches (https://github.com/etcd-io/etcd/issues/20693).
 */
function drawStart(random: Random, { head, compacted }: StoreKnowledge): number | undefined {
  const kind = random.below(20);
  const back = random.below(100);
  const ahead = random.below(51);
  if (kind < 7) return undefined;
  // Nothing lies below 1, and 0 would mean "now".
  const from = (revision: number) => Math.max(1, revision);
  if (kind < 10) return from(compacted);
  if (kind < 11) return from(compacted - 1);
  if (kind < 12) return from(compacted + 1);
  if (kind < 14) return from(head - back);
  if (kind < 15) return -1;
  if (kind < 17) return head;
  if (kind < 18) return head + 1;
  return head + ahead;
}
