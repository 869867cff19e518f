import { busyTrial as busy, type Proof, registerTrial } from "../proof.js";

const wr = { ...registerTrial, workload: "wr" };
const both = ["rw-register", "rw-register-revisions"];

export const wrProofs: readonly Proof[] = [
  { bug: "non-atomic-txn", trial: { ...wr, timeLimitMs: 5_000 }, checkers: both },
  { bug: "lost-write", trial: { ...wr, timeLimitMs: 15_000 }, checkers: both },
  {
    bug: "split-brain",
    trial: { ...wr, nemeses: ["partition"], timeLimitMs: 30_000, nemesisIntervalMs: 1_500 },
    checkers: both,
  },
  {
    bug: "double-apply",
    trial: { ...wr, nemeses: ["partition", "kill", "pause"], timeLimitMs: 40_000 },
    checkers: both,
  },
  {
    bug: "stale-read",
    trial: { ...busy, workload: "wr", nemeses: ["partition"] },
    checkers: both,
  },
  // Values hide most of these: who saw what was then rolled back mostly saw it never being read.
  {
    bug: "dirty-read",
    trial: { ...wr, nemeses: ["partition"], timeLimitMs: 20_000 },
    checkers: ["rw-register-revisions"],
  },
  {
    bug: "revision-goes-back",
    trial: { ...wr, nemeses: ["kill"], timeLimitMs: 10_000 },
    checkers: ["rw-register-revisions"],
  },
];
