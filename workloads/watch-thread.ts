import type { Random } from "../src/core/random.js";
import type { Thread, ThreadContext } from "../src/core/workload.js";
import type { Step, WatchWorkloadInput, WatchWorkloadOutput } from "./watch-input.js";
import { drawRange, keys } from "./watch-keys.js";
import type { StoreKnowledge } from "./watch-knowledge.js";
import { drawStream, type Resumable } from "./watch-plans.js";

const mostRemembered = 64;
/** So many operations a thread makes before it compacts anything. */
const uncompacted = 25;
/** Two of these in one transaction stay below etcd's limit for a request, four in one answer of a watch do not. */
const longPad = 550_000;

/**
 * What a thread chooses follows from its random stream; revisions come from what is known. About
 * one operation in 20 watches: with ten threads at 200 operations a second that is half of the time.
 */
export function watchThread(
  { thread, random }: ThreadContext,
  known: StoreKnowledge,
  { hundreds }: { readonly hundreds: boolean },
): Thread<WatchWorkloadInput, WatchWorkloadOutput> {
  const resumable: Resumable[] = [];
  /** By key: when it was changed last, as far as this thread knows; 0 where it is absent. */
  const changedAt = new Map<string, number>();
  let made = 0;
  let streams = 0;
  let written = 0;

  const put = (key: string, pad = 0): Step & { readonly type: "put" } => {
    written++;
    const value = `${written}.${thread}`;
    return { type: "put", key, value, ...(pad > 0 && { pad }) };
  };

  function next(): WatchWorkloadInput {
    const kind = random.below(100);
    made++;
    if (kind < 5) {
      streams++;
      return drawStream(random, { stream: `${thread}/${streams}`, known, resumable, hundreds });
    }
    const draws = drawSmall(random);
    const { key } = draws;
    // Not in the beginning: some things go wrong only as long as nothing was compacted.
    if (kind < 11 && made > uncompacted) {
      const compaction = { f: "compact", revision: compactionAt(draws, known) } as const;
      known.ask(compaction);
      return compaction;
    }
    if (kind < 23) return { f: "read", ...draws.range };
    if (kind < 41) {
      const { isGuarded, isWide, range } = draws;
      if (isWide) return { f: "delete", step: { type: "delete", ...range } };
      const guard = changedAt.get(key) ?? 0;
      return {
        f: "delete",
        step: { type: "delete", key },
        ...(isGuarded && guard > 0 && { guard }),
      };
    }
    if (kind < 61) return { f: "txn", steps: stepsOf(draws) };
    return { f: "put", step: put(key) };
  }

  function stepsOf({ others, deletions, isLong }: SmallDraws): readonly Step[] {
    if (isLong) return others.slice(0, 2).map((key) => put(key, longPad));
    return others.map((key, place) =>
      deletions[place] === true ? { type: "delete", key } : put(key),
    );
  }

  function saw(input: WatchWorkloadInput, output: WatchWorkloadOutput): void {
    known.learn(input, output);
    if (input.f === "watch" && "told" in output) {
      for (const { id, next: revision } of output.told) {
        const plan = input.watches.find((one) => one.id === id);
        if (plan && revision !== undefined) resumable.push({ plan, next: revision });
      }
      resumable.splice(0, resumable.length - mostRemembered);
    }
    if (input.f === "put" && "revision" in output) {
      changedAt.set(input.step.key, output.revision);
    }
    if (input.f === "read" && "found" in output) {
      for (const kv of output.found) changedAt.set(kv.key, kv.modRevision);
    }
  }

  return { next, saw };
}

interface SmallDraws {
  readonly key: string;
  /** Distinct ones, for a transaction. */
  readonly others: readonly string[];
  readonly deletions: readonly boolean[];
  readonly range: { readonly key: string; readonly rangeEnd?: string };
  readonly isGuarded: boolean;
  readonly isWide: boolean;
  readonly isLong: boolean;
  readonly back: number;
  readonly compaction: number;
}

/** Always the same draws, whatever the operation is. */
function drawSmall(random: Random): SmallDraws {
  return {
    key: random.pick(keys),
    others: random.shuffle(keys).slice(0, 2 + random.below(3)),
    deletions: Array.from({ length: 4 }, () => random.below(3) === 0),
    range: drawRange(random),
    isGuarded: random.below(2) === 0,
    isWide: random.below(8) === 0,
    isLong: random.below(60) === 0,
    back: random.below(1_000),
    compaction: random.below(16),
  };
}

/**
 * Mostly of what is old or compacted already, so that much of the past is left to be watched; now
 * and then of what is recent, and exactly where a key was deleted.
 */
function compactionAt(
  { compaction, back }: SmallDraws,
  { head, tombstone }: StoreKnowledge,
): number {
  const recent = compaction === 0 || tombstone === 0 ? head - (back % 20) : tombstone;
  const old = head - 300 - (back % 700);
  return Math.max(1, compaction < 3 ? recent : old);
}
