import { type Edn, readEdn, textOf } from "./edn.js";
import { eventOfMap, type ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";

/**
 * Jepsen's history.edn: a vector, a list or a plain sequence of maps, which may be tagged as
 * records. Throws LineDamage.
 */
export function readJepsenEdn(text: string): ForeignEvent[] {
  return readEdn(text).flatMap(eventsOf);
}

function eventsOf(form: Edn): ForeignEvent[] {
  if (form.is === "vector" || form.is === "list") return form.items.flatMap(eventOf);
  return eventOf(form);
}

function eventOf(form: Edn): ForeignEvent[] {
  const map = form.is === "tagged" ? form.form : form;
  if (map.is === "map") return [eventOfMap(map) ?? []].flat();
  throw new LineDamage(form.line, `expected an operation's map, got ${textOf(form).slice(0, 60)}`);
}
