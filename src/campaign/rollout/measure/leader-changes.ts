import type { StatusEvent } from "../../../core/history.js";

/**
 * When a member was first seen to know the leader of a newer term than any before: each such term had
 * an election, whoever won it. A term without a known leader says nothing, since a member that is cut
 * off counts terms up all alone. Nor does another leader in the same term: a member tells leader and
 * term one after the other, and an election may come between.
 */
export function electionsSeen(statuses: readonly StatusEvent[]): number[] {
  const seenAtNs: number[] = [];
  let newest: number | undefined;
  for (const { atNs, status } of statuses.toSorted((a, b) => a.atNs - b.atNs)) {
    if (!status || status.leaderId === "0") continue;
    if (newest !== undefined && status.raftTerm > newest) seenAtNs.push(atNs);
    newest = Math.max(newest ?? 0, status.raftTerm);
  }
  return seenAtNs;
}
