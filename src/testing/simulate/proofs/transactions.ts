import { type Proof, registerTrial } from "../proof.js";

const append = { ...registerTrial, workload: "append", timeLimitMs: 6_000 };
const bank = { ...registerTrial, workload: "bank", timeLimitMs: 6_000 };

export const transactionProofs: readonly Proof[] = [
  { bug: "non-atomic-txn", trial: append, checkers: ["list-append"] },
  { bug: "lost-write", trial: { ...append, timeLimitMs: 20_000 }, checkers: ["list-append"] },
  { bug: "txn-ignores-compare", trial: append, checkers: ["list-append"] },
  { bug: "cas-on-stale-value", trial: append, checkers: ["list-append"] },
  {
    bug: "split-brain",
    trial: { ...append, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers: ["list-append"],
  },
  { bug: "non-atomic-txn", trial: bank, checkers: ["bank", "bank-elle"] },
  { bug: "lost-write", trial: { ...bank, timeLimitMs: 20_000 }, checkers: ["bank", "bank-elle"] },
  { bug: "txn-ignores-compare", trial: bank, checkers: ["bank", "bank-elle"] },
  { bug: "cas-on-stale-value", trial: bank, checkers: ["bank", "bank-elle"] },
  {
    bug: "split-brain",
    trial: { ...bank, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers: ["bank", "bank-elle"],
  },
];
