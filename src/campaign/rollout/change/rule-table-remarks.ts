import type { Remark } from "../rollout-record.js";
import type { Change } from "./rule-context.js";
import { compactionAfter } from "./rule-compaction.js";

/** A danger that a difference may bring. All that fit are named. */
export interface RemarkRule {
  /** Exactly the key without "experimental-", or a pattern. */
  readonly key: string | RegExp;
  readonly kind: Remark["kind"];
  /** Always where undefined. Not asked where both sides come to the same. */
  readonly when?: (change: Change) => boolean;
  readonly sentence: string | ((change: Change) => string);
  /** Where it is written. */
  readonly source: string;
}

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;
/** A run writes a few thousand times: more than this between snapshots may mean that none comes. */
const writesOfARun = 5000;

const becomes = (value: unknown) => (change: Change) => change.to === value;
const rises = ({ from, to }: Change) => Number(to) > Number(from);
const falls = ({ from, to }: Change) => Number(to) < Number(from);

const tuning = "etcd.io/docs/v3.6/tuning";
const configuration = "etcd.io/docs/v3.6/op-guide/configuration";
const limits = "etcd.io/docs/v3.5/dev-guide/limit";
const maintenance = "etcd.io/docs/v3.6/op-guide/maintenance";
const corruption = "etcd.io/docs/v3.5/op-guide/data_corruption";

export const remarkRules: readonly RemarkRule[] = [
  // What is on the disk.
  {
    key: "unsafe-no-fsync",
    kind: "unprovable",
    when: becomes(true),
    sentence:
      "etcd no longer waits for its disk: what it acknowledged is lost when a machine loses power, and no run here cuts the power of a machine.",
    source: "etcd issue 11930, pull request 11946",
  },
  {
    key: "quota-backend-bytes",
    kind: "unprovable",
    when: (change) => quotaOf(change.to) < quotaOf(change.from),
    sentence:
      "A database that is larger than the new quota already stops taking writes at once, and the database of these runs is small.",
    source: maintenance,
  },
  {
    key: "quota-backend-bytes",
    kind: "unprovable",
    when: ({ from, to }) => quotaOf(to) > quotaOf(from) && quotaOf(to) > 8 * gibibyte,
    sentence:
      "etcd long advised at most 8 GiB; how a database of that size starts, recovers and is sent to a slow member is nothing that these runs, which write a few megabytes, can show.",
    source: limits,
  },
  {
    key: "snapshot-count",
    kind: "dangerous",
    when: ({ to }) => Number(to) <= writesOfARun,
    sentence:
      "The fewer entries a leader keeps, the sooner a slow member has to be sent the whole database; and each snapshot costs time.",
    source: maintenance,
  },
  {
    key: "snapshot-count",
    kind: "unprovable",
    when: ({ to }) => Number(to) > writesOfARun,
    sentence: ({ to }) =>
      `With snapshots ${String(to)} writes apart a member keeps more in memory and replays more when it starts, and a run here hardly writes so often.`,
    source: maintenance,
  },
  {
    key: /^max-(wals|snapshots)$/,
    kind: "unprovable",
    when: becomes(0),
    sentence: "Old files are never deleted, and the disk fills up over days.",
    source: configuration,
  },
  {
    key: /^max-(wals|snapshots)$/,
    kind: "note",
    when: ({ to }) => to !== 0,
    sentence: "This decides how many old files are kept; etcd does not need them to run.",
    source: configuration,
  },
  {
    key: /^auto-compaction-(retention|mode)$/,
    kind: "unprovable",
    when: ({ context }) => compactionAfter(context.from, context.to) === "never",
    sentence:
      "The history is no longer compacted by itself: the database grows until it meets its quota and refuses writes, which takes longer than a run.",
    source: maintenance,
  },
  {
    key: /^auto-compaction-(retention|mode)$/,
    kind: "unprovable",
    when: ({ context }) => compactionAfter(context.from, context.to) === "later",
    sentence:
      "The first compaction comes later than a run here lasts: what it costs, and who still needed the old revisions, is not seen.",
    source: maintenance,
  },
  {
    key: /^auto-compaction-(retention|mode)$/,
    kind: "dangerous",
    when: ({ context }) => compactionAfter(context.from, context.to) === "soon",
    sentence:
      'Whoever reads or watches from an older revision is told that it "has been compacted"; and each compaction costs time.',
    source: maintenance,
  },

  // Elections.
  {
    key: /^(heartbeat-interval|election-timeout)$/,
    kind: "note",
    sentence:
      "While the rollout lasts its value differs among members, and etcd advises the same for all, since it may disrupt the cluster otherwise.",
    source: tuning,
  },
  {
    key: "election-timeout",
    kind: "dangerous",
    when: (change) => rises(change) && Number(change.to) >= 5000,
    sentence: ({ to }) =>
      `After a leader is lost, service stops for one to two times the election timeout: up to ${(2 * Number(to)) / 1000} s.`,
    source: tuning,
  },
  {
    key: "election-timeout",
    kind: "dangerous",
    when: falls,
    sentence:
      "A member that hears nothing for a shorter time calls an election: over a slower network or disk than that of these nodes, that may be often.",
    source: tuning,
  },
  {
    key: "heartbeat-interval",
    kind: "dangerous",
    when: rises,
    sentence:
      "etcd advises about the round trip between members; the rarer the heartbeats, the fewer may be lost before an election is called.",
    source: tuning,
  },
  {
    key: "pre-vote",
    kind: "dangerous",
    when: becomes(false),
    sentence:
      "A member that comes back after a partition can then unseat a leader that all others are content with.",
    source: configuration,
  },
  {
    key: "initial-election-tick-advance",
    kind: "dangerous",
    when: becomes(false),
    sentence: "After a start, a member waits a whole election timeout before it calls an election.",
    source: "etcd issue 9333",
  },

  // What clients may ask.
  {
    key: /^max-(request-bytes|txn-ops)$/,
    kind: "unprovable",
    when: falls,
    sentence: "Larger requests are refused from then on, and those of ordeal are small.",
    source: limits,
  },
  {
    key: "max-request-bytes",
    kind: "unprovable",
    when: (change) => rises(change) && Number(change.to) > 10 * mebibyte,
    sentence:
      "A large request holds up all others and the heartbeats; those of ordeal are small and cannot show it.",
    source: limits,
  },
  {
    key: "max-concurrent-streams",
    kind: "dangerous",
    when: falls,
    sentence: "A client's requests over one connection wait for each other where there are more.",
    source: configuration,
  },
  {
    key: /^(auth-token|auth-token-ttl|bcrypt-cost)$/,
    kind: "unprovable",
    sentence:
      "While the rollout lasts members may not take each other's tokens, or take longer over a login; no client of ordeal logs in.",
    source: configuration,
  },
  {
    key: /^(cipher-suites|tls-(min|max)-version)$/,
    kind: "unprovable",
    when: ({ context }) => !context.tls,
    sentence: "It matters only with TLS, and the runs are without: ask with --tls.",
    source: "etcd.io/docs/v3.6/op-guide/security",
  },
  {
    key: /^(cipher-suites|tls-(min|max)-version)$/,
    kind: "dangerous",
    when: ({ context }) => context.tls,
    sentence:
      "Clients or members that find nothing in common with a changed node cannot connect to it; your clients may know other ciphers than ordeal's.",
    source: "etcd.io/docs/v3.6/op-guide/security",
  },
  {
    key: /^listen-(metrics|client-http)-urls$/,
    kind: "untested",
    sentence: "Nothing of ordeal asks at this address.",
    source: configuration,
  },
  {
    key: /^enable-lease-checkpoint(-persist)?$/,
    kind: "unprovable",
    sentence: "No workload of ordeal keeps leases across a change of leader.",
    source: "etcd issue 13508",
  },

  // Safety nets.
  {
    key: "strict-reconfig-check",
    kind: "unprovable",
    when: becomes(false),
    sentence:
      "A change of membership that costs the majority is no longer refused, and no run here changes the membership.",
    source: configuration,
  },
  {
    key: /^(initial-corrupt-check|compact-hash-check-enabled|corrupt-check-time)$/,
    kind: "unprovable",
    when: ({ to }) => to === false || to === 0,
    sentence:
      "A member whose data has become different is no longer found by this check, and no run here damages data.",
    source: corruption,
  },
  {
    key: /^(initial-corrupt-check|compact-hash-check-enabled|corrupt-check-time)$/,
    kind: "dangerous",
    when: ({ to }) => to !== false && to !== 0,
    sentence:
      "The check costs time, and where it finds members to differ it stops one, or all writes.",
    source: corruption,
  },
  {
    key: "log-level",
    kind: "dangerous",
    when: becomes("debug"),
    sentence: "etcd writes much more to its log, which may slow it down.",
    source: configuration,
  },
  {
    key: /^backend-batch-(interval|limit)$/,
    kind: "dangerous",
    sentence: "This trades latency of requests against pauses while the database commits.",
    source: configuration,
  },
  {
    key: "feature-gates",
    kind: "note",
    sentence: "Each gate is a feature of its own, and ordeal knows nothing special about them.",
    source: "etcd.io/docs/v3.6/feature-gates",
  },
  {
    key: /^experimental-/,
    kind: "note",
    sentence: "etcd calls it experimental: the next version may rename it or not have it.",
    source: "etcd.io/docs/v3.6/upgrades/upgrade_3_6",
  },
];

/** Bytes. Below zero means no limit. */
function quotaOf(value: unknown): number {
  const bytes = Number(value);
  return bytes < 0 ? Number.POSITIVE_INFINITY : bytes;
}
