import type { Checker } from "../../core/checker.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Input, Operation } from "../../core/operation.js";
import { capital, momentOf, who } from "../words.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { KnownEvent, WatchLog } from "./watch-log.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import { changeInWords, eventInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

type Kind = "watch" | "read";

/**
 * All watches and reads, on all members, tell the same of a key at a revision: whether it was put or
 * deleted, its value, when it was created, how often it was put, and its lease; and what was
 * acknowledged there.
 *
 * Source: all members apply the same changes in the same order,
 * https://etcd.io/docs/v3.5/learning/api_guarantees/.
 */
export function watchAgreement<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "All watches and reads agree on what happened at each revision",
    kinds: {
      watch: "disputed event",
      read: "disputed read",
    },
    look:
      ({ log }) =>
      (watch) =>
        disagreements(watch, log),
    lookAtFacts: ({ log }) =>
      function* ({ operation, facts }) {
        for (const kv of facts.found ?? []) {
          const event = { type: "put", kv } as const;
          const known = log.eventAt(kv.modRevision, kv.key);
          const difference = known && differenceOf(known, event);
          if (!known || difference === undefined) continue;
          yield troubleOf(
            "read",
            { event, known, difference },
            {
              operation,
              name: who(operation),
              explanation: [
                `${capital(who(operation))} found it ${momentOf(operation.completedAtNs ?? 0)} into the run.`,
              ],
            },
          );
        }
      },
  });
}

function* disagreements(watch: RecordedWatch, log: WatchLog): Generator<WatchTrouble<Kind>> {
  for (const message of watch.messages) {
    for (const event of message.events) {
      const known = log.eventAt(event.kv.modRevision, event.kv.key);
      const difference = known && differenceOf(known, event);
      if (!known || difference === undefined) continue;
      yield troubleOf(
        "watch",
        { event, known, difference },
        {
          operation: watch.operation,
          name: nameOf(watch),
          explanation: [introduced(watch), `It was told of it ${receivedAt(message)}.`],
        },
      );
    }
  }
}

interface Difference {
  /** Whose word it is that differs. */
  readonly by: Operation;
  readonly words: string;
}

function differenceOf(known: KnownEvent, { type, kv }: WatchEvent): Difference | undefined {
  const { by, isAcknowledged } = known;
  if (known.type !== type || known.value !== kv.value) {
    const how = isAcknowledged ? "was told that it had made" : "saw";
    return { by, words: `${who(by)} ${how} ${changeInWords(known)}` };
  }
  const { kv: shown, shownBy } = known;
  if (!shown || !shownBy) return undefined;
  const field = fields.find((name) => shown[name] !== kv[name]);
  if (field === undefined) return undefined;
  return {
    by: shownBy,
    words: `${who(shownBy)} was told of ${wordsOf[field]} ${shown[field]} and not ${kv[field]}`,
  };
}

const fields = ["createRevision", "version", "lease"] as const satisfies (keyof KeyValue)[];
const wordsOf = {
  createRevision: "a creation at revision",
  version: "version",
  lease: "the lease",
} as const;

function troubleOf(
  kind: Kind,
  {
    event,
    known,
    difference,
  }: { readonly event: WatchEvent; readonly known: KnownEvent; readonly difference: Difference },
  teller: {
    readonly operation: Operation;
    readonly name: string;
    readonly explanation: readonly string[];
  },
): WatchTrouble<Kind> {
  return {
    kind,
    message: `${teller.name} was told of ${eventInWords(event)}, but ${difference.words}`,
    operations: [teller.operation, difference.by],
    explanation: [
      ...teller.explanation,
      `Of ${known.key} at revision ${known.revision} there is one truth only.`,
    ],
  };
}
