import { readEdn } from "./edn.js";
import { eventOfMap, type ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";

/**
 * The key-value histories of Porcupine's tests: an operation's map a line, with a :key and texts as
 * values. Lines that hold no map are passed over. Throws LineDamage.
 */
export function readPorcupineKv(text: string): ForeignEvent[] {
  return text.split("\n").flatMap((each, index): ForeignEvent[] => {
    if (!each.trimStart().startsWith("{")) return [];
    const [map, ...more] = readEdn(each, index + 1);
    if (map?.is !== "map" || more.length > 0) {
      throw new LineDamage(index + 1, "expected one map on the line");
    }
    return [eventOfMap(map) ?? []].flat();
  });
}
