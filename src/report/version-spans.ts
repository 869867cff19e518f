import type { StatusEvent } from "../core/history.js";
import type { VersionSpan } from "./report-data.js";

/**
 * Which version of etcd each member said that it runs, and from when to when. Where it did not
 * answer, it may have run nothing: that ends a span.
 */
export function versionSpans(statuses: readonly StatusEvent[]): readonly VersionSpan[] {
  const open = new Map<string, VersionSpan>();
  const spans: VersionSpan[] = [];
  for (const { node, atNs, status } of statuses) {
    const last = open.get(node);
    if (last && last.version === status?.version) {
      open.set(node, { ...last, toNs: atNs });
      continue;
    }
    if (last) spans.push(last);
    open.delete(node);
    if (status) open.set(node, { node, fromNs: atNs, toNs: atNs, version: status.version });
  }
  spans.push(...open.values());
  return spans.sort((a, b) => a.fromNs - b.fromNs);
}
