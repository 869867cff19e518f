import { type Edn, type EdnMap, textOf } from "./edn.js";
import { LineDamage } from "./line-damage.js";

/** The invocation or completion of an operation, as another tool wrote it down. */
export interface ForeignEvent {
  /** From 1. */
  readonly line: number;
  readonly process: number;
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
 * An operation's map such as {:process 0, :type :ok, :f :read, :value 3}. Undefined for what is no
 * client's doing: a nemesis' map, or one without a type.
 */
export function eventOfMap(map: EdnMap): ForeignEvent | undefined {
  const { line } = map;
  const process = valueAt(map, ":process");
  const type = valueAt(map, ":type");
  if (!type) return undefined;
  if (!process) throw new LineDamage(line, "expected an operation with a :process");
  if (process.is !== "scalar" || !/^\d+$/.test(process.text)) return undefined;
  const key = valueAt(map, ":key");
  const value = valueAt(map, ":value");
  return {
    line,
    process: Number(process.text),
    type: eventType(type),
    f: functionOf(map),
    ...(key && { key }),
    ...(value && { value }),
  };
}

function eventType(type: Edn): EventType {
  const text = textOf(type);
  const found = eventTypes.find((known) => text === `:${known}` || text === `"${known}"`);
  if (found) return found;
  throw new LineDamage(type.line, `expected :type :invoke, :ok, :fail or :info, got ${text}`);
}

function functionOf(map: EdnMap): string {
  const f = valueAt(map, ":f");
  if (f?.is === "text") return f.value;
  if (f?.is === "scalar" && f.text.startsWith(":")) return f.text.slice(1);
  const got = f ? textOf(f) : "none";
  throw new LineDamage(map.line, `expected an :f such as :read, got ${got}`);
}

function valueAt(map: EdnMap, name: string): Edn | undefined {
  return map.entries.find(([key]) => key.is === "scalar" && key.text === name)?.[1];
}
