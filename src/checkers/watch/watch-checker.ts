import type {
  CheckContext,
  Checker,
  Finding,
  Follower,
  Validity,
  Verdict,
} from "../../core/checker.js";
import type { Input, Operation } from "../../core/operation.js";
import { plural } from "../../core/plural.js";
import { createBudget } from "../../porcupine-ts/budget.js";
import { inTurn } from "../set-full/pauses.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import { watchesInWords } from "./watch-words.js";
import { readingOfOne, readWatches, type WatchReading } from "./watch-reading.js";

/** Something that a watch was told, or not told, that the property forbids. */
export interface WatchTrouble<Kind extends string = string> {
  readonly kind: Kind;
  /** One sentence. */
  readonly message: string;
  /** In the order to read them. */
  readonly operations: readonly Operation[];
  readonly explanation: readonly string[];
}

/** What one checker looks for. */
export interface WatchProperty<Kind extends string> {
  /** For the summary where nothing is wrong: "Every event came in order". */
  readonly holds: string;
  /** The kinds of trouble, the worst first, each by a noun: "late event". */
  readonly kinds: Readonly<Record<Kind, string>>;
  /** Looks at one watch after the other, in the order of their calls. */
  look(reading: WatchReading): (watch: RecordedWatch) => Iterable<WatchTrouble<Kind>>;
  /**
   * What it forbids shows in a watch alone, or most of it: such trouble is told of as soon as the watch
   * is over. It is looked for as above, where nothing else is known of the history.
   */
  readonly showsInOneWatch?: true;
  /** Looks at what other operations tell, after all watches, in the order of their calls. */
  lookAtFacts?(
    reading: WatchReading,
  ): (facts: WatchReading["facts"][number]) => Iterable<WatchTrouble<Kind>>;
}

const mostOfAKind = 5;

/**
 * A checker of one property of watches. Where no watch was told anything nothing is known, and the
 * verdict is unknown. Memory is in proportion to the history, which holds far more than the check,
 * so that `memoryMb` is not looked at.
 */
export function watchChecker<I extends Input, Output, Kind extends string>(
  adapter: WatchAdapter<I, Output>,
  property: WatchProperty<Kind>,
): Checker<I, Output> {
  return {
    ...(property.showsInOneWatch && { follow: () => watchFollower(adapter, property) }),

    async check(history, context) {
      const budget = createBudget({ deadlineMs: context.deadlineMs, signal: context.signal });
      const pauses = {
        areDue: () => budget.needsBreath(),
        take: async () => {
          await budget.breathe();
          const elapsedMs = budget.elapsedMs();
          context.onProgress?.({ partitions: 0, decided: 0, visited: 0, elapsedMs });
          return budget.expired() === undefined;
        },
      };
      const tally = new Tally<Kind>();
      const reading =
        budget.expired() === undefined ? await readWatches(history, adapter, pauses) : undefined;
      const look = reading && property.look(reading);
      const isLooked =
        look !== undefined &&
        (await inTurn(reading?.watches ?? [], pauses, (watch) => {
          tally.add(look(watch));
        }));
      const lookAtFacts = reading && property.lookAtFacts?.(reading);
      const isWhole =
        isLooked &&
        (lookAtFacts === undefined ||
          (await inTurn(reading?.facts ?? [], pauses, (facts) => {
            tally.add(lookAtFacts(facts));
          })));
      return verdictOf(property, tally, {
        reading,
        isWhole,
        context,
        elapsedMs: budget.elapsedMs(),
      });
    },
  };
}

function watchFollower<I extends Input, Output, Kind extends string>(
  adapter: WatchAdapter<I, Output>,
  property: WatchProperty<Kind>,
): Follower<I, Output> {
  return {
    completed(operation) {
      for (const watch of adapter.watchesOf(operation)) {
        const look = property.look(readingOfOne(watch, adapter));
        for (const trouble of look(watch)) return findingOf(trouble);
      }
      return undefined;
    },
  };
}

class Tally<Kind extends string> {
  readonly counts = new Map<Kind, number>();
  readonly shown: WatchTrouble<Kind>[] = [];

  add(troubles: Iterable<WatchTrouble<Kind>>): void {
    for (const trouble of troubles) {
      const count = (this.counts.get(trouble.kind) ?? 0) + 1;
      this.counts.set(trouble.kind, count);
      if (count <= mostOfAKind) this.shown.push(trouble);
    }
  }
}

interface Ending {
  readonly reading: WatchReading | undefined;
  readonly isWhole: boolean;
  readonly context: CheckContext;
  readonly elapsedMs: number;
}

function verdictOf<Kind extends string>(
  property: WatchProperty<Kind>,
  { counts, shown }: Tally<Kind>,
  { reading, isWhole, context, elapsedMs }: Ending,
): Verdict {
  const kinds = Object.keys(property.kinds) as Kind[];
  const isAborted = context.signal?.aborted === true;
  const validity = validityOf(counts.size, { reading, isWhole });
  return {
    validity,
    summary: [
      outcomeOf(property, counts, validity),
      `${lookedAt(reading)}.`,
      ...(isWhole ? [] : [isAborted ? aborted : timeWasUp]),
    ].join(" "),
    findings: kinds.flatMap((kind) => shown.filter((one) => one.kind === kind).map(findingOf)),
    details: {
      watches: reading?.watches.length ?? 0,
      events: reading?.events ?? 0,
      revisions: reading?.log.size ?? 0,
      ...Object.fromEntries(kinds.map((kind) => [kind, counts.get(kind) ?? 0])),
      ...(!isWhole && { reason: isAborted ? "aborted" : "deadline" }),
      elapsedMs: Math.round(elapsedMs),
    },
  };
}

const aborted = "The check was stopped before its end.";
const timeWasUp = "The time was up before the end: allow more (--checker-timeout).";

function validityOf(
  troubles: number,
  { reading, isWhole }: Pick<Ending, "reading" | "isWhole">,
): Validity {
  if (troubles > 0) return "invalid";
  return isWhole && (reading?.events ?? 0) > 0 ? "valid" : "unknown";
}

function outcomeOf<Kind extends string>(
  { holds, kinds }: WatchProperty<Kind>,
  counts: ReadonlyMap<Kind, number>,
  validity: Validity,
): string {
  switch (validity) {
    case "valid":
      return `${holds}.`;
    case "invalid": {
      const found = (Object.keys(kinds) as Kind[]).flatMap((kind) => {
        const count = counts.get(kind) ?? 0;
        return count > 0 ? [plural(count, kinds[kind])] : [];
      });
      return `There is trouble: ${found.join(", ")}.`;
    }
    case "unknown":
      return "Nothing wrong was found.";
  }
}

function lookedAt(reading: WatchReading | undefined): string {
  if (!reading) return "No watch was looked at";
  const { watches, events, log } = reading;
  if (events === 0) return "No event came to any watch";
  const among = `${plural(events, "event")}, ${plural(log.size, "known revision")}`;
  return `Looked at ${watchesInWords(watches.length)}, ${among}`;
}

function findingOf({ message, operations, explanation }: WatchTrouble): Finding {
  return {
    message,
    operations: [...new Set(operations.map(({ index }) => index))],
    explanation,
  };
}
