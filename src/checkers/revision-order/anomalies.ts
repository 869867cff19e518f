import type { Finding } from "../../core/checker.js";
import type { Operation } from "../../core/operation.js";

/** What can be wrong, the worst first, and why it is impossible. */
export const meanings = {
  "two-values": "a key has one value at one revision",
  "claimed-twice": "no two requests that change something share a revision",
  "applied-twice": "a request takes effect once, at one revision",
  phantom: "a key shows only what somebody wrote",
  skipped: "an answer shows each key as its newest write up to the answer's revision left it",
  fractured: "an answer shows all its keys as of one revision",
  "against-time": "a write takes a revision that is new when it is asked for",
  "header-behind": "no answer shows a revision that is newer than its own",
  figures:
    "version counts the puts since the key was created, at create_revision, and the last of them is at mod_revision",
} as const;

export type AnomalyKind = keyof typeof meanings;

/** Counts what is wrong, and keeps the first of each kind to be shown. */
export interface Anomalies {
  /** `once` names the fact: it is counted once, however often it shows. */
  tell(kind: AnomalyKind, once: string, message: string, operations: readonly Operation[]): void;
  counts(): Readonly<Partial<Record<AnomalyKind, number>>>;
  total(): number;
  findings(): readonly Finding[];
}

const mostOfAKind = 4;

export function newAnomalies(): Anomalies {
  const told = new Set<string>();
  const byKind = new Map<AnomalyKind, { count: number; readonly shown: Finding[] }>();

  function ofKind(kind: AnomalyKind) {
    const known = byKind.get(kind);
    if (known) return known;
    const made = { count: 0, shown: [] };
    byKind.set(kind, made);
    return made;
  }

  const inOrder = () =>
    (Object.keys(meanings) as AnomalyKind[]).flatMap((kind) => {
      const its = byKind.get(kind);
      return its ? [{ kind, ...its }] : [];
    });

  return {
    tell(kind, once, message, operations) {
      const fact = `${kind} ${once}`;
      if (told.has(fact)) return;
      told.add(fact);
      const its = ofKind(kind);
      its.count += 1;
      if (its.shown.length === mostOfAKind) return;
      const indexes = new Set(operations.map(({ index }) => index));
      its.shown.push({
        message: `${message} (${kind}: ${meanings[kind]})`,
        operations: [...indexes],
      });
    },
    counts: () => Object.fromEntries(inOrder().map(({ kind, count }) => [kind, count])),
    total: () => inOrder().reduce((sum, { count }) => sum + count, 0),
    findings: () => inOrder().flatMap(({ shown }) => shown),
  };
}
