import type { KeyValue, WatchEvent } from "../../../core/client.js";
import {
  contradicts,
  eventsOf,
  type Part,
  type Telling,
  tellings,
  type Watched,
} from "./watch-tellings.js";

/** Whether an event comes with a previous key-value that cannot be the one, as far as all know. */
export function tellsAnotherPast(parts: readonly Part[], all: readonly Watched[]): boolean {
  const known = all.flatMap(tellings);
  return eventsOf(parts).some(
    (event) => event.prevKv !== undefined && cannotPrecede(event.prevKv, event, known),
  );
}

function cannotPrecede(
  before: KeyValue,
  { type, kv }: WatchEvent,
  known: readonly Telling[],
): boolean {
  const { key, value, version, modRevision } = before;
  if (key !== kv.key || modRevision >= kv.modRevision) return true;
  if (type === "put" && version + 1 !== kv.version) return true;
  const told: Telling = { type: "put", key, value, revision: modRevision, kv: before };
  return known.some(
    (other) =>
      contradicts(told, other) ||
      (other.key === key && other.revision > modRevision && other.revision < kv.modRevision),
  );
}
