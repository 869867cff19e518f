import type { Capability } from "../src/core/cluster.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Workload } from "../src/core/workload.js";
import { append } from "./append.js";
import { bank } from "./bank.js";
import { election, electionUnfenced } from "./election.js";
import { kubernetes } from "./kubernetes.js";
import { kv } from "./kv.js";
import { lease } from "./lease.js";
import { lock, lockUnfenced } from "./lock.js";
import { members } from "./members.js";
import { none } from "./none.js";
import { register } from "./register.js";
import { set } from "./set.js";
import { watch } from "./watch.js";
import { wr } from "./wr.js";

export interface WorkloadEntry {
  /** One sentence for `ordeal list`: what clients do and what it can find. */
  readonly summary: string;
  /** Whether its reads under load can be asked to be serializable (`--serializable`). */
  readonly canBeSerializable?: true;
  /** That it is expected to end invalid, and why: it shows what etcd does not promise. */
  readonly demonstrates?: string;
  /** What a cluster must be able to do for it. Default: whatever every cluster can. */
  readonly needs?: readonly Capability[];
  make(options: WorkloadOptions): Workload;
}

/** Every workload that the command line knows, by name. */
export const workloads: Readonly<Record<string, WorkloadEntry>> = {
  register: {
    summary:
      "reads, writes and compare-and-sets of single keys; finds stale reads, lost and doubled writes",
    canBeSerializable: true,
    make: register,
  },
  append: {
    summary:
      "transactions of several reads and appends to lists; finds whatever is not strictly serializable",
    canBeSerializable: true,
    make: append,
  },
  bank: {
    summary:
      "transfers between accounts and reads of all of them; finds transactions seen or kept by halves",
    canBeSerializable: true,
    make: bank,
  },
  set: {
    summary:
      "adds to sets by compare-and-set, reads of whole sets; finds lost, stale and unexpected elements",
    canBeSerializable: true,
    make: set,
  },
  wr: {
    summary:
      "transactions of reads and writes of several keys, unguarded; finds whatever is not strictly serializable",
    canBeSerializable: true,
    make: wr,
  },
  kv: {
    summary:
      "the whole KV API on a few keys, old revisions and compactions too; finds every answer that etcd's model rules out",
    make: kv,
  },
  watch: {
    summary:
      "many kinds of watches under writes, deletions and compactions; finds events lost, doubled, out of order or from the future",
    make: watch,
  },
  lease: {
    summary:
      "leases granted, kept alive, left alone and revoked, with keys; finds keys that end too early or too late",
    make: lease,
  },
  lock: {
    summary:
      "etcd's locks, each step fenced by the lock's revision; finds locks that two hold at a time",
    make: lock,
  },
  "lock-unfenced": {
    summary: "the same without fencing: shows that a lock over leases alone is not safe",
    demonstrates:
      "etcd's locks do not promise to be safe without fencing: a holder that was held up goes on when its lease is over",
    make: lockUnfenced,
  },
  election: {
    summary:
      "etcd's elections, each step fenced by the leader's revision; finds two leaders at a time",
    make: election,
  },
  "election-unfenced": {
    summary: "the same without fencing: shows that an election over leases alone is not safe",
    demonstrates:
      "etcd's elections do not promise to be safe without fencing: a leader that was held up goes on when its lease is over",
    make: electionUnfenced,
  },
  kubernetes: {
    summary:
      "what API servers do: guarded objects, paginated lists, watches from a list on, events with leases, compaction; finds what would mislead a controller",
    make: kubernetes,
  },
  members: {
    summary:
      "adds learners, removes them and lists the members; finds members that are not what they were added as, or that come back",
    needs: ["membership"],
    make: members,
  },
  none: {
    summary: "nothing: the nemeses alone; finds crashes and members that do not agree afterwards",
    make: none,
  },
};
