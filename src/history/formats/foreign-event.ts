import { type Edn, type EdnMap, shownEdn } from "./edn.js";
import { LineDamage } from "./line-damage.js";

/** The invocation or completion of an operation, as another tool wrote it down. */
export interface ForeignEvent {
  /** From 1. */
  readonly line: number;
  /** As it is written: mostly a number. */
  readonly process: string;
  readonly type: EventType;
  readonly f: string;
  /** Where the event names a key apart from its value. */
  readonly key?: Edn;
  /** Undefined where the event has none, which is not nil. */
  readonly value?: Edn;
  /**
   * With "fail": the operation was carried out and refused, rather than not carried out. A refused
   * compare-and-set says that the value was not there.
   */
  readonly isRefusal?: boolean;
}

export type EventType = "invoke" | "ok" | "fail" | "info";

const eventTypes: readonly EventType[] = ["invoke", "ok", "fail", "info"];

/**
 * An operation's map such as {:process 0, :type :ok, :f :read, :value 3}; what else it holds is not
 * looked at. Undefined for what is no client's doing: a nemesis' map, or one without a type.
 */
export function eventOfMap(map: EdnMap): ForeignEvent | undefined {
  const { process, type, f, key, value } = fieldsOf(map);
  if (!type) return undefined;
  if (!process) throw new LineDamage(map.line, "expected an operation with a :process, got none");
  const name = nameOf(process);
  if (name === undefined) return undefined;
  return {
    line: map.line,
    process: name,
    type: eventType(type),
    f: functionOf(map, f),
    ...(key && { key }),
    ...(value && { value }),
  };
}

interface Fields {
  process?: Edn;
  type?: Edn;
  f?: Edn;
  key?: Edn;
  value?: Edn;
}

function fieldsOf({ items }: EdnMap): Fields {
  const fields: Fields = {};
  for (let i = 0; i + 1 < items.length; i += 2) {
    const name = items[i];
    const value = items[i + 1];
    if (name?.is !== "scalar" || !value) continue;
    switch (name.text) {
      case ":process":
        fields.process = value;
        break;
      case ":type":
        fields.type = value;
        break;
      case ":f":
        fields.f = value;
        break;
      case ":key":
        fields.key = value;
        break;
      case ":value":
        fields.value = value;
        break;
    }
  }
  return fields;
}

/** Undefined for the nemesis, which does nothing to the objects themselves. */
function nameOf(process: Edn): string | undefined {
  const name = process.is === "text" ? process.value : shownEdn(process);
  return /^:?nemesis\b/.test(name) ? undefined : name;
}

function eventType(type: Edn): EventType {
  const text = shownEdn(type);
  const found = eventTypes.find((known) => text === `:${known}` || text === `"${known}"`);
  if (found) return found;
  throw new LineDamage(type.line, `expected :type :invoke, :ok, :fail or :info, got ${text}`);
}

function functionOf({ line }: EdnMap, f: Edn | undefined): string {
  if (f?.is === "text") return f.value;
  if (f?.is === "scalar" && f.text.startsWith(":")) return f.text.slice(1);
  throw new LineDamage(line, `expected an :f such as :read, got ${f ? shownEdn(f) : "none"}`);
}
