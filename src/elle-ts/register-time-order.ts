import type { Visit } from "./register-history.js";
import { precedes, type Timed } from "./transaction.js";

/** Two transactions of which the first saw one value and the other, after it, another. */
export interface Witness {
  readonly one: number;
  readonly other: number;
}

/** Of one key. */
export interface KeyOrder {
  readonly transactions: readonly Timed[];
  /** Of those that happened. */
  readonly visits: readonly Visit[];
  readonly exists: (value: number) => boolean;
  /** Where what shows an edge is added; the edge is labelled with its place. */
  readonly witnesses: Witness[];
  readonly addEdge: (from: number, to: number, kind: number, label?: number) => void;
}

/** What each process saw of the key, from one transaction to its next. */
export function addKeyProcessOrder(order: KeyOrder, kind: number): void {
  const { transactions, visits } = order;
  const invokedAt = ({ by }: Visit) => transactions[by]?.invokedAt ?? 0;
  const lastOf = new Map<number | string, Visit>();
  for (const visit of visits.toSorted((a, b) => invokedAt(a) - invokedAt(b))) {
    const transaction = transactions[visit.by];
    if (!transaction) continue;
    const before = lastOf.get(transaction.process);
    const earlier = before && transactions[before.by];
    if (before && earlier && precedes(earlier, transaction)) {
      connect(order, { from: lastSeen(order, before), to: firstSeen(order, visit), kind }, () => ({
        ...{ one: before.by, other: visit.by },
      }));
    }
    if (transaction.outcome === "ok" && lastSeen(order, visit) !== -1) {
      lastOf.set(transaction.process, visit);
    }
  }
}

/** When a value was certainly there, and when it was certainly not yet replaced; and who shows that. */
interface Presence {
  readonly value: number;
  since: number;
  sinceBy: number;
  until: number;
  untilBy: number;
}

/**
 * Whoever ended before another began saw no later value than that. All that was seen of a value comes
 * down to its presence, and one comes before another where it was there before the other was last
 * found or written. A value that has become known replaces those that it is known to come after, so
 * that there are only as many edges a value as others were written at the same time.
 */
export function addKeyRealTime(order: KeyOrder, kind: number): void {
  const presences = presencesOf(order);
  const moments = presences
    .flatMap((presence) => [
      { at: presence.until, presence, isSince: false },
      { at: presence.since, presence, isSince: true },
    ])
    // At equal times nothing is known, so that what begins comes first.
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at || Number(a.isSince) - Number(b.isSince));
  const newest = new Set<Presence>();
  const replacedBy = new Map<Presence, Presence[]>();
  for (const { presence, isSince } of moments) {
    if (isSince) {
      for (const earlier of replacedBy.get(presence) ?? []) newest.delete(earlier);
      newest.add(presence);
      continue;
    }
    const earlier = [...newest].filter((other) => other !== presence);
    for (const one of earlier) {
      connect(order, { from: one.value, to: presence.value, kind }, () => ({
        ...{ one: one.sinceBy, other: presence.untilBy },
      }));
    }
    if (newest.has(presence)) for (const one of earlier) newest.delete(one);
    else replacedBy.set(presence, earlier);
  }
}

function presencesOf(order: KeyOrder): Presence[] {
  const presences = new Map<number, Presence>();
  const presenceOf = (value: number) => {
    const known = presences.get(value);
    if (known) return known;
    const made = { value, since: Infinity, sinceBy: -1, until: -Infinity, untilBy: -1 };
    presences.set(value, made);
    return made;
  };
  for (const visit of order.visits) {
    const transaction = order.transactions[visit.by];
    if (!transaction) continue;
    const { invokedAt, completedAt = Infinity, outcome } = transaction;
    const first = firstSeen(order, visit);
    const last = lastSeen(order, visit);
    if (first === -1 || last === -1) continue;
    const begun = presenceOf(first);
    if (invokedAt > begun.until) Object.assign(begun, { until: invokedAt, untilBy: visit.by });
    const ended = presenceOf(last);
    if (outcome === "ok" && completedAt < ended.since) {
      Object.assign(ended, { since: completedAt, sinceBy: visit.by });
    }
  }
  return [...presences.values()];
}

function firstSeen({ exists }: KeyOrder, { read, firstWrite }: Visit): number {
  return read !== -1 && exists(read) ? read : firstWrite;
}

function lastSeen({ exists }: KeyOrder, { read, lastWrite }: Visit): number {
  if (lastWrite !== -1) return lastWrite;
  return read !== -1 && exists(read) ? read : -1;
}

interface Connection {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
}

function connect(
  { witnesses, addEdge }: KeyOrder,
  { from, to, kind }: Connection,
  witness: () => Witness,
): void {
  if (from === -1 || to === -1 || from === to) return;
  addEdge(from, to, kind, witnesses.push(witness()) - 1);
}
