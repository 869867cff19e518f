import { type Proof, registerTrial } from "../proof.js";

const lock = { ...registerTrial, workload: "lock", timeLimitMs: 5_000 };
const election = { ...lock, workload: "election" };
/** Few write after they revoked their lease and did not let go before. */
const longer = { timeLimitMs: 10_000 };

export const lockProofs: readonly Proof[] = [
  { bug: "lock-held-twice", trial: lock, checkers: ["lock-exclusion"] },
  { bug: "txn-ignores-compare", trial: lock, checkers: ["lock-fencing"] },
  {
    bug: "lease-outlives-revoke",
    trial: { ...lock, ...longer },
    checkers: ["lock-fencing"],
  },
  {
    bug: "key-outlives-lease",
    trial: { ...lock, ...longer },
    checkers: ["lock-fencing"],
  },
  { bug: "elected-twice", trial: election, checkers: ["election-exclusion"] },
  { bug: "txn-ignores-compare", trial: election, checkers: ["election-fencing"] },
  {
    bug: "lease-outlives-revoke",
    trial: { ...election, ...longer },
    checkers: ["election-fencing"],
  },
  {
    bug: "key-outlives-lease",
    trial: { ...election, ...longer },
    checkers: ["election-fencing"],
  },
];
