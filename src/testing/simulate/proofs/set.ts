import {
  busyTrial as busy,
  powerFailureTrial as powerFailure,
  type Proof,
  registerTrial,
} from "../proof.js";

const set = { ...registerTrial, workload: "set", timeLimitMs: 8_000 };

export const setProofs: readonly Proof[] = [
  {
    bug: "stale-read",
    trial: { ...busy, workload: "set", nemeses: ["partition"], timeLimitMs: 40_000 },
    checkers: ["set-full"],
  },
  { bug: "lost-write", trial: { ...set, timeLimitMs: 20_000 }, checkers: ["set-full"] },
  {
    bug: "lost-write-on-power-failure",
    trial: { ...powerFailure, workload: "set" },
    checkers: ["set-full"],
  },
  { bug: "txn-ignores-compare", trial: set, checkers: ["set-full"] },
  {
    bug: "split-brain",
    trial: { ...set, nemeses: ["partition"], timeLimitMs: 40_000, nemesisIntervalMs: 2_000 },
    checkers: ["set-full"],
  },
  { bug: "cas-on-stale-value", trial: set, checkers: ["set-full"] },
];
