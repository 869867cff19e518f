import { readEdn } from "./edn-reader.js";
import { eventOfMap } from "./foreign-event.js";
import { type ForeignReader, readerOfLines, type TakeEvent } from "./foreign-reader.js";
import { LineDamage } from "./line-damage.js";

/**
 * The key-value histories of Porcupine's tests: an operation's map a line, with a :key and texts as
 * values. Lines that hold no map are passed over.
 */
export function readPorcupineKv(takeEvent: TakeEvent): ForeignReader {
  return readerOfLines((text, line) => {
    if (!text.trimStart().startsWith("{")) return;
    const [map, ...more] = readEdn(text, line);
    if (map?.is !== "map" || more.length > 0) {
      throw new LineDamage(line, "expected one map on the line");
    }
    const event = eventOfMap(map);
    if (event) takeEvent(event);
  });
}
