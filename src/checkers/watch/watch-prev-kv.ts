import type { Checker } from "../../core/checker.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Input, Operation } from "../../core/operation.js";
import { capital, who } from "../words.js";
import { type WatchTrouble, watchChecker } from "./watch-checker.js";
import type { KnownEvent, WatchLog } from "./watch-log.js";
import type { RecordedWatch, WatchAdapter } from "./watch-record.js";
import {
  changeInWords,
  eventInWords,
  introduced,
  nameOf,
  receivedAt,
  shown,
} from "./watch-words.js";

type Kind = "unasked" | "previous" | "fields";

/**
 * What an event says of its key's past is so: the key-value before it is the one that was there
 * until then, a put's creation and version continue those of the put before, and a deletion carries
 * nothing but the key.
 *
 * Source: `prev_kv` of WatchCreateRequest and KeyValue in
 * https://etcd.io/docs/v3.5/dev-guide/api_reference_v3/. A key-value before that is left out is
 * never wrong: what it was may be compacted away.
 */
export function watchPrevKv<I extends Input, Output>(
  adapter: WatchAdapter<I, Output>,
): Checker<I, Output> {
  return watchChecker<I, Output, Kind>(adapter, {
    holds: "Events told the past of their keys as it was",
    kinds: {
      previous: "wrong previous key-value",
      fields: "wrong field",
      unasked: "unwanted previous key-value",
    },
    look:
      ({ log }) =>
      (watch) =>
        wrongPasts(watch, log),
  });
}

function* wrongPasts(watch: RecordedWatch, log: WatchLog): Generator<WatchTrouble<Kind>> {
  for (const message of watch.messages) {
    for (const event of message.events) {
      const { modRevision, key } = event.kv;
      const before = log.before(modRevision, key);
      const wrong = wrongWithin(event, watch.prevKv) ?? (before && wrongAfter(event, before, log));
      if (!wrong) continue;
      yield {
        kind: wrong.kind,
        message: `${nameOf(watch)} was told of ${eventInWords(event)} ${wrong.words}`,
        operations: [watch.operation, ...(wrong.by ?? [])],
        explanation: [
          introduced(watch),
          `It was told of it ${receivedAt(message)}.`,
          ...(wrong.by ?? []).map((by) => `${capital(who(by))} knows of the other.`),
        ],
      };
    }
  }
}

interface Wrong {
  readonly kind: Kind;
  readonly words: string;
  /** Who knows better. */
  readonly by?: readonly Operation[];
}

/** What no past can explain. */
function wrongWithin({ type, kv, prevKv }: WatchEvent, isAsked: boolean): Wrong | undefined {
  if (prevKv && !isAsked) return { kind: "unasked", words: "with what was there before" };
  const fields = type === "put" ? wrongPut(kv) : wrongDeletion(kv);
  if (fields !== undefined) return { kind: "fields", words: fields };
  if (!prevKv) return undefined;
  const words = `with ${previousInWords(prevKv)} before it`;
  if (prevKv.key !== kv.key || prevKv.modRevision >= kv.modRevision) {
    return { kind: "previous", words };
  }
  if (type === "delete") return undefined;
  const continues =
    prevKv.createRevision === kv.createRevision && prevKv.version + 1 === kv.version;
  return continues
    ? undefined
    : { kind: "previous", words: `${words}, which its version ${kv.version} does not follow` };
}

function wrongPut({ createRevision, modRevision, version }: KeyValue): string | undefined {
  const isNew = createRevision === modRevision;
  const isPossible = createRevision > 0 && createRevision <= modRevision && version > 0;
  if (isPossible && isNew === (version === 1)) return undefined;
  return `with version ${version} and a creation at revision ${createRevision}`;
}

function wrongDeletion({ value, createRevision, version }: KeyValue): string | undefined {
  if (value === "" && createRevision === 0 && version === 0) return undefined;
  return `with the value ${shown(value)}, version ${version} and a creation at revision ${createRevision}`;
}

/** What contradicts the last that is known to have happened to the key before. */
function wrongAfter(event: WatchEvent, before: KnownEvent, log: WatchLog): Wrong | undefined {
  if (before.isDisputed) return undefined;
  const { kv, prevKv } = event;
  const hidden = log.notWholeBetween(before.revision, kv.modRevision);
  const by = [before.by];
  if (prevKv && !mayBePrevious(prevKv, before, log)) {
    const words = `with ${previousInWords(prevKv)} before it, although there was ${changeInWords(before)}`;
    return { kind: "previous", words, by };
  }
  if (event.type === "delete" || mayFollow(kv, before, hidden)) return undefined;
  const words = `with version ${kv.version} and a creation at revision ${kv.createRevision}, although there was ${changeInWords(before)}`;
  return { kind: "fields", words, by };
}

function mayBePrevious(previous: KeyValue, before: KnownEvent, log: WatchLog): boolean {
  const { modRevision, value } = previous;
  if (modRevision === before.revision) return before.type === "put" && before.value === value;
  // Nothing is known of the key after `before`: what lies there was made by somebody whom nobody saw.
  return modRevision > before.revision && log.at(modRevision)?.writer === undefined;
}

/** `hidden` revisions between the two may have changed the key as well. */
function mayFollow(put: KeyValue, before: KnownEvent, hidden: number): boolean {
  const { createRevision, modRevision, version } = put;
  if (createRevision > before.revision) {
    // A put must have been deleted before, and a creation that is not this put is one of its own.
    const least = (before.type === "put" ? 1 : 0) + (createRevision < modRevision ? 1 : 0);
    return hidden >= least && version <= hidden + 1;
  }
  if (before.type === "delete") return false;
  if (!before.kv) return true;
  const more = version - before.kv.version - 1;
  return before.kv.createRevision === createRevision && more >= 0 && more <= hidden;
}

function previousInWords({ key, value, modRevision }: KeyValue): string {
  return `${shown(value)} in ${shown(key)} of revision ${modRevision}`;
}
