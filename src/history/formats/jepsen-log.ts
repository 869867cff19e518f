import { readFirstEdn } from "./edn.js";
import type { EventType, ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";

/** What stands before the process may be a date, a level, a thread: it differs among versions. */
const operationLine = /^(?:.*\s)?jepsen\.util(?:\s+-|:)?\s+(\d+)\s+:(.*)$/;
const parts = /^(invoke|ok|fail|info)\s+:([^\s:]+)(?:\s+(.*?))?\s*$/;
const valuesAlone = /^\[[^[\]]*(?:\[[^[\]]*\])?\s*\]$/;

/**
 * Jepsen's log: "INFO  jepsen.util - 4 :invoke :write 3", with tabs. Lines about anything else are
 * passed over. A compare-and-set that failed with its values and no reason was refused, as Porcupine
 * reads these logs: its old value was not there. One that failed with a reason was not carried out,
 * and tells nothing. Throws LineDamage.
 */
export function readJepsenLog(text: string): ForeignEvent[] {
  return text.split("\n").flatMap((each, index): ForeignEvent[] => {
    const [, process, rest] = operationLine.exec(each.trimEnd()) ?? [];
    if (process === undefined || rest === undefined) return [];
    const [, type, f, value = ""] = parts.exec(rest) ?? [];
    if (type === undefined || f === undefined) {
      throw new LineDamage(
        index + 1,
        `expected a type and a function such as ":ok :read", got ":${rest.slice(0, 60)}"`,
      );
    }
    const line = index + 1;
    return [{ line, process: Number(process), ...answer(type as EventType, f, value, line) }];
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
