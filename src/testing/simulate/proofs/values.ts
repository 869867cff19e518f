import {
  busyTrial as busy,
  powerFailureTrial as powerFailure,
  type Proof,
  registerTrial as register,
} from "../proof.js";

export const valueProofs: readonly Proof[] = [
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
    trial: { ...register, nemeses: ["partition"], timeLimitMs: 60_000 },
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
];
