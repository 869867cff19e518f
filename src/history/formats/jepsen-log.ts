import { readFirstEdn } from "./edn-reader.js";
import type { EventType, ForeignEvent } from "./foreign-event.js";
import { type ForeignReader, readerOfLines, type TakeEvent } from "./foreign-reader.js";
import { LineDamage } from "./line-damage.js";

/** What stands before it may be a date, a level, a thread: it differs among versions. */
const source = "jepsen.util";
const operation = /^(?:\s+-|:)?\s+(\d+)\s+:(.*)$/;
const parts = /^(invoke|ok|fail|info)\s+:([^\s:]+)(?:\s+(.*?))?\s*$/;
const valuesAlone = /^\[[^[\]]*(?:\[[^[\]]*\])?\s*\]$/;

/**
 * Jepsen's log: "INFO  jepsen.util - 4 :invoke :write 3", with tabs. Lines about anything else are
 * passed over. A compare-and-set that failed with its values and no reason was refused, as Porcupine
 * reads these logs: its old value was not there. One that failed with a reason was not carried out,
 * and tells nothing.
 */
export function readJepsenLog(takeEvent: TakeEvent): ForeignReader {
  return readerOfLines((text, line) => {
    const at = text.indexOf(source);
    if (at === -1 || (at > 0 && !/\s/.test(text.charAt(at - 1)))) return;
    const [, process, rest] = operation.exec(text.slice(at + source.length).trimEnd()) ?? [];
    if (process === undefined || rest === undefined) return;
    const [, type, f, value = ""] = parts.exec(rest) ?? [];
    if (type === undefined || f === undefined) {
      throw new LineDamage(
        line,
        `expected a type and a function such as ":ok :read", got ":${rest.slice(0, 60)}"`,
      );
    }
    takeEvent({ line, process, ...answer(type as EventType, f, value, line) });
  });
}

/** What follows an outcome other than ok is a reason, which need not be EDN: ":timed-out". */
function answer(
  type: EventType,
  f: string,
  text: string,
  line: number,
): Pick<ForeignEvent, "type" | "f" | "value" | "isRefusal"> {
  if (type === "info") return { type, f };
  if (type === "fail") return { type, f, isRefusal: f === "cas" && valuesAlone.test(text) };
  const value = readFirstEdn(text, line);
  return { type, f, ...(value && { value }) };
}
