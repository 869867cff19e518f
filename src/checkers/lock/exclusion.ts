import type { Checker, Finding } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import { capital, momentOf, spanOf, who } from "../words.js";
import { type CertainHold, HoldBook, isHeldAt } from "./certain-holds.js";
import {
  type HolderInput,
  type HolderOperation,
  type HolderOutput,
  type HolderWords,
  outputOf,
} from "./holder-operation.js";
import { type NeverHeld, neverHeld, tellNeverHeld } from "./never-held.js";
import { holderChecker } from "./trouble.js";

/**
 * A lock is held, and an election led, by one at a time, and whoever asks who it is meanwhile is
 * told that one. Holds count from the answer that says so to the first moment when they may have
 * ended: when the holder asked to let go of the key or its lease, or when the lease, counted from
 * the call that granted or renewed it last, may have run out by the fastest clock that there was.
 * And nobody is told that it holds a lock who cannot have held it at any moment since it asked.
 *
 * Source: https://etcd.io/docs/v3.5/dev-guide/api_concurrency_reference_v3/ (Lock, Campaign, Leader).
 * Goes by the order of events in the history, and by time only for leases. The hold of one whose own
 * lease may have been over when it was told of counts for nothing against others.
 */
export function exclusion(words: HolderWords): Checker<HolderInput, HolderOutput> {
  return holderChecker<Trouble>({
    start(faults) {
      const book = new HoldBook(faults);
      return {
        add: (operation) => {
          book.add(operation);
        },
        judge: () => judge(book, words),
      };
    },
    tell: (trouble) => tell(trouble, words),
    nothing: `Nobody was ever certain to hold ${aOrAn(words.noun)}: there is nothing to judge.`,
  });
}

type Trouble =
  | NeverHeld
  /** Both at a time. */
  | {
      readonly type: "overlap";
      readonly at: number;
      readonly first: CertainHold;
      readonly second: CertainHold;
    }
  /** Somebody was told of another owner. */
  | {
      readonly type: "other-owner";
      readonly at: number;
      readonly hold: CertainHold;
      readonly asked: HolderOperation;
    };

function judge(book: HoldBook, { noun }: HolderWords) {
  const byName = book.holds();
  const holds = [...byName.values()].reduce((count, some) => count + some.length, 0);
  const { told, count: asked } = wronglyTold(book.owners, byName);
  return {
    troubles: [
      ...[...byName.values()].flatMap(overlaps),
      ...told,
      ...neverHeld(book.claims(byName)),
    ],
    judged:
      holds === 0
        ? undefined
        : `No two of ${plural(holds, "hold")} of ${plural(byName.size, noun)} were certain at a time, and ${plural(asked, "answer")} named the right one.`,
    details: { holds, names: byName.size, owners: asked },
  };
}

/**
 * Each with the one before it that lasts longest: whatever overlaps at all overlaps the next one to
 * begin, so that none goes unnoticed.
 */
function overlaps(holds: readonly CertainHold[]): Trouble[] {
  let first: CertainHold | undefined;
  const found: Trouble[] = [];
  for (const second of holds) {
    const isOpen = first !== undefined && isHeldAt(first, second.fromIndex, second.fromNs);
    if (first && isOpen) found.push({ type: "overlap", at: second.fromIndex, first, second });
    if (!first || !isOpen || outlasts(second, first)) first = second;
  }
  return found;
}

function outlasts(one: CertainHold, other: CertainHold): boolean {
  const endNs = ({ release, leaseEndsNs }: CertainHold) =>
    Math.min(release?.invokedAtNs ?? Infinity, leaseEndsNs);
  return endNs(one) > endNs(other);
}

/** Questions that were asked and answered while somebody was certain to hold it. */
function wronglyTold(
  owners: readonly HolderOperation[],
  byName: ReadonlyMap<string, readonly CertainHold[]>,
) {
  const told: Trouble[] = [];
  let count = 0;
  for (const asked of owners) {
    const { input, index, completedIndex, completedAtNs } = asked;
    if (!("name" in input) || completedIndex === undefined || completedAtNs === undefined) continue;
    const hold = lastBefore(byName.get(input.name) ?? [], index);
    if (!hold || !isHeldAt(hold, completedIndex, completedAtNs)) continue;
    count += 1;
    const output = outputOf(asked);
    const isRight = output?.type === "owner" && output.key === hold.key;
    if (!isRight) told.push({ type: "other-owner", at: completedIndex, hold, asked });
  }
  return { told, count };
}

/** The last that began before this event. */
function lastBefore(holds: readonly CertainHold[], index: number): CertainHold | undefined {
  let [low, high] = [0, holds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((holds[middle]?.fromIndex ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return holds[low - 1];
}

function tell(trouble: Trouble, words: HolderWords): Finding {
  switch (trouble.type) {
    case "overlap":
      return tellOverlap(trouble.first, trouble.second, words);
    case "other-owner":
      return tellOtherOwner(trouble.hold, trouble.asked, words);
    case "never-held":
      return tellNeverHeld(trouble, words, (hold) => certainty(hold, words));
  }
}

function tellOverlap(first: CertainHold, second: CertainHold, words: HolderWords): Finding {
  const { noun, held } = words;
  const [one, two] = [who(first.won), who(second.won)];
  const since = spanOf(second.fromNs - first.fromNs);
  return {
    message: `${noun} ${first.name}: ${two} was told that it ${held} it while ${one} ${held} it, since ${since} before`,
    operations: indexesOf([first.lease, first.won, second.lease, second.won]),
    explanation: [
      certainty(first, words),
      certainty(second, words),
      `Two never hold ${aOrAn(noun)} at a time.`,
    ],
  };
}

function tellOtherOwner(hold: CertainHold, asked: HolderOperation, words: HolderWords): Finding {
  const { noun, held } = words;
  const output = outputOf(asked);
  const other = output?.type === "owner" ? `${output.key} ${held} it` : `nobody ${held} it`;
  return {
    message: `${noun} ${hold.name}: ${who(asked)} was told that ${other} while ${who(hold.won)} did, with ${hold.key}`,
    operations: indexesOf([hold.lease, hold.won, asked]),
    explanation: [
      certainty(hold, words),
      `${capital(who(asked))} asked at ${momentOf(asked.invokedAtNs)} and was told by ${momentOf(asked.completedAtNs ?? asked.invokedAtNs)} that ${other}.`,
    ],
  };
}

/** "Process 1 on n2 held it from 1.200 s at the latest, and let go of it at 1.900 s at the earliest: ..." */
function certainty({ won, fromNs, release, leaseEndsNs, lease }: CertainHold, words: HolderWords) {
  const counted = `its lease, counted from ${momentOf(lease.invokedAtNs)}, lasted until ${momentOf(leaseEndsNs)} at least`;
  const lettingGo = release
    ? `nobody asked to let go of it before ${momentOf(release.invokedAtNs)}`
    : "nobody ever asked to let go of it";
  return `${capital(who(won))} was told by ${momentOf(fromNs)} that it ${words.held} it; ${lettingGo}, and ${counted}.`;
}

function indexesOf(operations: readonly HolderOperation[]): number[] {
  return [...new Set(operations.map(({ index }) => index))];
}

function aOrAn(noun: string): string {
  return noun.startsWith("e") ? `an ${noun}` : `a ${noun}`;
}
