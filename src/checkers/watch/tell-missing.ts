import { capital, momentOf, who } from "../words.js";
import type { WatchTrouble } from "./watch-checker.js";
import type { Coverage } from "./watch-coverage.js";
import type { KnownEvent } from "./watch-log.js";
import type { RecordedWatch } from "./watch-record.js";
import { changeInWords, introduced, nameOf, receivedAt } from "./watch-words.js";

/** An event that never came although later ones did, or the promise that there are none. */
export function tellMissing<Kind extends string>(
  kind: Kind,
  watch: RecordedWatch,
  { by, last }: Coverage,
  missing: KnownEvent,
): WatchTrouble<Kind> {
  const what =
    by.events.length > 0 ? "an event of" : "a notification that it had been told all up to";
  return {
    kind,
    message: `${nameOf(watch)} was never told of ${changeInWords(missing)}, although it was told of revision ${last}`,
    operations: [watch.operation, missing.by],
    explanation: [
      introduced(watch),
      known(missing),
      `It got ${what} revision ${last} ${receivedAt(by)}: by then everything before must have come.`,
    ],
  };
}

function known({ by, isAcknowledged, ...event }: KnownEvent): string {
  const when = by.completedAtNs === undefined ? "" : `, answered at ${momentOf(by.completedAtNs)}`;
  return isAcknowledged
    ? `${capital(who(by))} was told that it had made ${changeInWords(event)}${when}.`
    : `${capital(who(by))} saw ${changeInWords(event)}${when}.`;
}
