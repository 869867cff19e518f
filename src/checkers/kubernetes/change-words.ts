import { shown } from "../watch/watch-words.js";
import type { KnownChange } from "./object-log.js";

/** "the put of 17 to /registry/pods/default/a at revision 5". */
export function changeInWords({ key, revision, value }: KnownChange): string {
  return value === null
    ? `the deletion of ${shown(key)} at revision ${revision}`
    : `the put of ${shown(value)} to ${shown(key)} at revision ${revision}`;
}
