/**
 * Deviations that can be planted into the simulated cluster, so that each checker can be seen to
 * catch what it is for. Each is made in one place, which `where` names.
 */
export interface PlantedBug {
  /** One sentence: what the cluster does wrong. */
  readonly summary: string;
  /** The promise that it breaks, in a few words. */
  readonly breaks: string;
  /** The file below this folder in which it is planted. */
  readonly where: string;
}

export type BugName = keyof typeof plantedBugs;

export type Bugs = ReadonlySet<BugName>;

export const plantedBugs = {
  "stale-read": {
    summary: "a leader answers a read index without asking a quorum whether it still leads",
    breaks: "linearizable reads",
    where: "raft/raft.ts",
  },
  "stale-read-after-pause": {
    summary:
      "a leader answers a read index without a quorum as long as it heard one lately by a timer that stands still while it is paused",
    breaks: "linearizable reads",
    where: "raft/raft.ts",
  },
  "lost-write": {
    summary: "a leader acknowledges a write when it is in its own log, before it is committed",
    breaks: "durability of acknowledged writes",
    where: "member/applier.ts",
  },
  "lost-write-on-power-failure": {
    summary: "a member acknowledges entries of the log before its disk has synced them",
    breaks: "durability of acknowledged writes",
    where: "raft/raft.ts",
  },
  "double-apply": {
    summary: "a proposal that is repeated after a change of leader is applied twice",
    breaks: "each write happens once",
    where: "member/member.ts",
  },
  "non-atomic-txn": {
    summary: "the second half of a transaction's writes is made visible after the first half",
    breaks: "atomic transactions",
    where: "store/store.ts",
  },
  "txn-ignores-compare": {
    summary: "a transaction takes its success branch whatever its comparisons say",
    breaks: "conditional transactions",
    where: "store/store.ts",
  },
  "dirty-read": {
    summary:
      "a leader's reads see entries of its log that are not committed and may be rolled back",
    breaks: "reads of committed data only",
    where: "member/applier.ts",
  },
  "split-brain": {
    summary: "half of the members, rounded down, count as a quorum, so that two leaders can commit",
    breaks: "one order of all writes",
    where: "raft/raft.ts",
  },
  "revision-goes-back": {
    summary: "a member that was restarted counts revisions from a lower one than it had reached",
    breaks: "revisions that only grow",
    where: "member/member.ts",
  },
  "diverging-member": {
    summary: "one member applies every twentieth put with another value than the others",
    breaks: "one state on all members",
    where: "member/applier.ts",
  },
  "cas-on-stale-value": {
    summary: "comparisons are made when a transaction is proposed and not when it is applied",
    breaks: "atomic transactions",
    where: "member/member.ts",
  },
  "reordered-watch": {
    summary: "a watch now and then delivers two revisions in the wrong order",
    breaks: "watch: ordered",
    where: "member/watch-hub.ts",
  },
  "lost-watch-event": {
    summary: "a watch now and then leaves an event out",
    breaks: "watch: reliable",
    where: "member/watch-hub.ts",
  },
  "duplicate-watch-event": {
    summary: "a watch now and then delivers an event twice",
    breaks: "watch: unique",
    where: "member/watch-hub.ts",
  },
  "watch-event-before-commit": {
    summary: "a leader's watches deliver entries of its log that are not committed",
    breaks: "watch: no event from the future",
    where: "member/applier.ts",
  },
  "watch-loses-event-at-compaction": {
    summary: "a watch that starts at the compacted revision loses the deletions made by it",
    breaks: "watch: resumable",
    where: "member/watch-hub.ts",
  },
  "watch-ignores-filters": {
    summary: "a watch is now and then told of all that happened, whatever it asked for",
    breaks: "watch: nothing but what was asked for",
    where: "member/watch-hub.ts",
  },
  "watch-wrong-prev-kv": {
    summary: "a watch is now and then told of a value from before the previous one as the previous",
    breaks: "watch: previous values",
    where: "member/watch-hub.ts",
  },
  "watch-splits-revision": {
    summary: "a watch is now and then told of the events of one revision in two answers",
    breaks: "watch: atomic",
    where: "member/watch-hub.ts",
  },
  "watch-survives-compaction": {
    summary: "a watch that a compaction cancels goes on with what is left",
    breaks: "watch: nothing after a cancel",
    where: "member/watch-hub.ts",
  },
  "watch-cancelled-again": {
    summary: "a watch that a compaction cancels is told so again and again",
    breaks: "watch: cancelled once",
    where: "member/watch-hub.ts",
  },
  "progress-notification-too-early": {
    summary: "a progress notification is sent before the events up to its revision were",
    breaks: "watch: bookmarkable",
    where: "member/watch-hub.ts",
  },
  "lease-expires-early": {
    summary: "a lease ends when half of its time is over",
    breaks: "leases live as long as they are kept alive",
    where: "member/lessor.ts",
  },
  "lease-outlives-revoke": {
    summary: "a revoked lease is said to be revoked and lives on",
    breaks: "a revoked lease is gone",
    where: "store/store.ts",
  },
  "key-outlives-lease": {
    summary: "a lease that ends leaves its keys behind",
    breaks: "keys end with their lease",
    where: "store/store.ts",
  },
  "dead-lease-renewed": {
    summary: "who keeps alive a lease that was revoked or has ended is told that it lives on",
    breaks: "a lease that is over is not renewed",
    where: "member/lessor.ts",
  },
  "lease-ends-key-by-key": {
    summary: "the keys of a lease that ends are deleted one revision after the other",
    breaks: "the keys of a lease end all at once",
    where: "store/store.ts",
  },
  "dead-lease-attached": {
    summary: "a put with a lease that does not exist is carried out",
    breaks: "keys are attached only to leases that there are",
    where: "store/store.ts",
  },
  "lock-held-twice": {
    summary: "a lock is granted to the second in the queue while the first still holds it",
    breaks: "locks exclude each other",
    where: "member/lock-service.ts",
  },
  "elected-twice": {
    summary:
      "the second in the queue of an election is told that it won while the first still leads",
    breaks: "elections have one winner at a time",
    where: "member/election-service.ts",
  },
} as const satisfies Readonly<Record<string, PlantedBug>>;

/** Whether members apply what is in the leader's log and not committed, and may take it back. */
export function appliesEarly(bugs: Bugs): boolean {
  return earlyBugs.some((bug) => bugs.has(bug));
}

const earlyBugs = ["dirty-read", "lost-write", "watch-event-before-commit"] as const;
