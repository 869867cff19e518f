import type { Checker, Finding, Follower } from "../core/checker.js";
import type { FaultRecord, FaultSpec, LogEvent } from "../core/history.js";
import { plural } from "../core/plural.js";
import { momentOf } from "./words.js";

const mostShown = 10;

/**
 * No member of the cluster panics or ends with a fatal error of its own, whatever is done to it
 * from outside, but for faults that say that it may. Goes by the lines of the members' logs, so it
 * sees what etcd says of itself; a member that was killed says nothing.
 */
export const crashLog: Checker = {
  follow,

  check({ logs, faults }) {
    const isAllowed = (line: LogEvent) => faults.some((fault) => allows(fault, line));
    const broken = logs.filter((line) => !isAllowed(line));
    const allowed = logs.filter(isAllowed);
    const { validity, summary } = judged(broken);
    const remark =
      allowed.length > 0
        ? ` ${plural(allowed.length, "such line")} came while a fault left the member no choice.`
        : "";
    return {
      validity,
      summary: summary + remark,
      findings: broken.slice(0, mostShown).map(crash),
      ...(logs.length > 0 && {
        details: {
          lines: broken.length,
          nodes: nodesOf(broken),
          ...(allowed.length > 0 && {
            allowed: allowed.slice(0, mostShown).map(({ node, atNs, line }) => ({
              node,
              at: momentOf(atNs),
              line,
            })),
          }),
        },
      }),
    };
  },
};

function judged(broken: readonly LogEvent[]) {
  if (broken.length === 0) return { validity: "valid", summary: "No member panicked." } as const;
  const shown = broken.length > mostShown ? ` The first ${mostShown} are shown.` : "";
  return {
    validity: "invalid",
    summary: `${plural(broken.length, "panic or fatal line")} in the log of ${nodesOf(broken).join(", ")}.${shown}`,
  } as const;
}

/** Until it was seen to be over: as long as it was not, it may be the cause. */
function allows({ spec, injectedAtNs, overAtNs = Infinity }: FaultRecord, line: LogEvent): boolean {
  return mayEnd(spec, line) && line.atNs >= injectedAtNs && line.atNs <= overAtNs;
}

function mayEnd(
  { nodes, mayEndNodes = false, mayEndSaying }: FaultSpec,
  { node, line }: Pick<LogEvent, "node" | "line">,
): boolean {
  const isAllowed = mayEndNodes || (mayEndSaying !== undefined && line.includes(mayEndSaying));
  return isAllowed && nodes.includes(node);
}

function follow(): Follower {
  /** Those that are not seen to be over, by their number. */
  const faults = new Map<number, FaultSpec>();
  return {
    faulted({ fault, stage, spec }) {
      if (spec) faults.set(fault, spec);
      if (stage === "over") faults.delete(fault);
    },
    logged: (event) =>
      [...faults.values()].some((spec) => mayEnd(spec, event)) ? undefined : crash(event),
  };
}

function nodesOf(lines: readonly LogEvent[]): string[] {
  return [...new Set(lines.map(({ node }) => node))].sort();
}

function crash({ node, level, line, atNs }: LogEvent): Finding {
  const what = level === "panic" ? "panicked" : "ended with a fatal error";
  const words = wordsOf(line);
  return {
    message: `etcd on ${node} ${what} at ${momentOf(atNs)}: ${words}`,
    operations: [],
    ...(words !== line && { explanation: [`All of the line in its log: ${line}`] }),
  };
}

/** A stack fills a page; what etcd has to say comes before it. */
const longestWords = 300;

/** Of a line of JSON the message and the error alone, else the line itself. Cut where it is long. */
function wordsOf(line: string): string {
  const words = saidIn(line) ?? line;
  return words.length <= longestWords ? words : `${words.slice(0, longestWords - 1)}…`;
}

function saidIn(line: string): string | undefined {
  try {
    const fields = JSON.parse(line) as { readonly msg?: unknown; readonly error?: unknown } | null;
    if (typeof fields?.msg !== "string") return undefined;
    return typeof fields.error === "string" ? `${fields.msg}: ${fields.error}` : fields.msg;
  } catch {
    return undefined;
  }
}
