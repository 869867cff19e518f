import type { StatusEvent } from "../core/history.js";
import type { StatusSpan } from "./report-data.js";

/**
 * What each member said of leader and term, with equal answers in a row put together: members are
 * asked again and again, and change their mind a few times in a run.
 */
export function statusSpans(statuses: readonly StatusEvent[]): readonly StatusSpan[] {
  const nodeOfMember = new Map<string, string>();
  for (const { node, status } of statuses) if (status) nodeOfMember.set(status.memberId, node);

  const open = new Map<string, StatusSpan>();
  const spans: StatusSpan[] = [];
  for (const { node, atNs, status } of statuses) {
    const says = status && {
      term: status.raftTerm,
      ...(status.leaderId === "0"
        ? {}
        : { leader: nodeOfMember.get(status.leaderId) ?? `member ${status.leaderId}` }),
    };
    const last = open.get(node);
    if (last && last.says?.leader === says?.leader && last.says?.term === says?.term) {
      open.set(node, { ...last, toNs: atNs });
      continue;
    }
    if (last) spans.push(last);
    open.set(node, { node, fromNs: atNs, toNs: atNs, ...(says ? { says } : {}) });
  }
  spans.push(...open.values());
  return spans.sort((a, b) => a.fromNs - b.fromNs);
}
