import type { Checker, Finding } from "../core/checker.js";
import type { LogEvent } from "../core/history.js";
import { plural } from "../core/plural.js";
import { momentOf } from "./words.js";

const mostShown = 10;

/**
 * No member of the cluster panics or ends with a fatal error of its own, whatever is done to it
 * from outside. Goes by the lines of the members' logs, so it sees what etcd says of itself; a
 * member that was killed says nothing.
 */
export const crashLog: Checker = {
  follow: () => ({ logged: crash }),

  check({ logs }) {
    if (logs.length === 0) {
      return { validity: "valid", summary: "No member panicked.", findings: [] };
    }
    const nodes = [...new Set(logs.map(({ node }) => node))].sort();
    const shown = logs.length > mostShown ? ` The first ${mostShown} are shown.` : "";
    return {
      validity: "invalid",
      summary: `${plural(logs.length, "panic or fatal line")} in the log of ${nodes.join(", ")}.${shown}`,
      findings: logs.slice(0, mostShown).map(crash),
      details: { lines: logs.length, nodes },
    };
  },
};

function crash({ node, level, line, atNs }: LogEvent): Finding {
  const what = level === "panic" ? "panicked" : "ended with a fatal error";
  return { message: `etcd on ${node} ${what} at ${momentOf(atNs)}: ${line}`, operations: [] };
}
