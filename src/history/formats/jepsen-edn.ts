import { readEdnMaps } from "./edn-maps.js";
import { eventOfMap } from "./foreign-event.js";
import type { ForeignReader, TakeEvent } from "./foreign-reader.js";

/** Jepsen's history.edn: a map for each event. */
export function readJepsenEdn(takeEvent: TakeEvent): ForeignReader {
  return readEdnMaps("an operation", (map) => {
    const event = eventOfMap(map);
    if (event) takeEvent(event);
  });
}
