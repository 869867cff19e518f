import type { BugName } from "../../cluster/simulated/bugs.js";
import { usualConditions } from "../../cluster/simulated/cluster.js";
import { busyTrial as busy, type Proof, registerTrial as register } from "./proof.js";
import { kubernetesProofs } from "./proofs/kubernetes.js";
import { kvProofs } from "./proofs/kv.js";
import { leaseProofs } from "./proofs/lease.js";
import { lockProofs } from "./proofs/lock.js";
import { memberProofs } from "./proofs/members.js";
import { registerProofs } from "./proofs/register.js";
import { watchProofs } from "./proofs/watch.js";
import { wrProofs } from "./proofs/wr.js";

/** A bug that no workload can show yet. */
export interface Waiting {
  readonly bug: BugName;
  readonly waitsFor: string;
}

const append = { ...register, workload: "append" };
const bank = { ...register, workload: "bank" };
const set = { ...register, workload: "set" };
const slowDisks = { ...usualConditions, diskSyncMs: { least: 5, most: 60 } };
const powerFailure = {
  ...register,
  // With others, one that kept its power has the write and wins the election.
  nodes: 1,
  nemeses: ["power-failure"],
  nemesisIntervalMs: 1_000,
  timeLimitMs: 60_000,
  conditions: slowDisks,
};
const watch = "a workload that watches";
const lease = "a workload of leases";

export const proofs: readonly Proof[] = [
  {
    bug: "stale-read",
    trial: { ...busy, nemeses: ["partition"] },
    checkers: ["linearizable", "monotonic-revision"],
  },
  {
    bug: "stale-read-after-pause",
    trial: { ...busy, nemeses: ["pause"], timeLimitMs: 240_000 },
    checkers: ["linearizable", "monotonic-revision"],
  },
  { bug: "lost-write", trial: register, checkers: ["linearizable", "monotonic-revision"] },
  {
    bug: "lost-write-on-power-failure",
    trial: powerFailure,
    checkers: ["linearizable", "monotonic-revision"],
  },
  {
    bug: "double-apply",
    trial: { ...register, nemeses: ["partition", "kill", "pause"], timeLimitMs: 60_000 },
    checkers: ["linearizable"],
  },
  { bug: "txn-ignores-compare", trial: register, checkers: ["linearizable"] },
  {
    bug: "dirty-read",
    trial: { ...register, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers: ["linearizable", "monotonic-revision"],
  },
  {
    bug: "split-brain",
    trial: { ...register, nemeses: ["partition"] },
    checkers: ["linearizable", "monotonic-revision"],
  },
  {
    bug: "revision-goes-back",
    trial: { ...register, nemeses: ["kill"] },
    checkers: ["monotonic-revision"],
  },
  { bug: "diverging-member", trial: register, checkers: ["linearizable"] },
  {
    bug: "cas-on-stale-value",
    trial: { ...register, concurrency: 20, rate: 400 },
    checkers: ["linearizable"],
  },
  { bug: "non-atomic-txn", trial: append, checkers: ["list-append"] },
  { bug: "non-atomic-txn", trial: bank, checkers: ["bank"] },
  { bug: "lost-write", trial: append, checkers: ["list-append"] },
  { bug: "lost-write", trial: bank, checkers: ["bank"] },
  { bug: "txn-ignores-compare", trial: append, checkers: ["list-append"] },
  { bug: "txn-ignores-compare", trial: bank, checkers: ["bank"] },
  { bug: "cas-on-stale-value", trial: append, checkers: ["list-append"] },
  { bug: "cas-on-stale-value", trial: bank, checkers: ["bank"] },
  {
    bug: "split-brain",
    trial: { ...append, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers: ["list-append"],
  },
  {
    bug: "split-brain",
    trial: { ...bank, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers: ["bank"],
  },
  {
    bug: "stale-read",
    trial: { ...busy, workload: "set", nemeses: ["partition"], timeLimitMs: 40_000 },
    checkers: ["set-full"],
  },
  { bug: "lost-write", trial: set, checkers: ["set-full"] },
  {
    bug: "lost-write-on-power-failure",
    trial: { ...powerFailure, workload: "set" },
    checkers: ["set-full"],
  },
  { bug: "txn-ignores-compare", trial: set, checkers: ["set-full"] },
  { bug: "split-brain", trial: { ...set, nemeses: ["partition"] }, checkers: ["set-full"] },
  { bug: "cas-on-stale-value", trial: set, checkers: ["set-full"] },
  ...registerProofs,
  ...wrProofs,
  ...kvProofs,
  ...watchProofs,
  ...leaseProofs,
  ...lockProofs,
  ...kubernetesProofs,
  ...memberProofs,
];

export const waiting: readonly Waiting[] = [
  { bug: "reordered-watch", waitsFor: watch },
  { bug: "lost-watch-event", waitsFor: watch },
  { bug: "duplicate-watch-event", waitsFor: watch },
  { bug: "watch-event-before-commit", waitsFor: watch },
  { bug: "watch-loses-event-at-compaction", waitsFor: watch },
  { bug: "progress-notification-too-early", waitsFor: watch },
  { bug: "lease-expires-early", waitsFor: lease },
  { bug: "lease-outlives-revoke", waitsFor: lease },
  { bug: "key-outlives-lease", waitsFor: lease },
  { bug: "lock-held-twice", waitsFor: "a workload of locks" },
];
