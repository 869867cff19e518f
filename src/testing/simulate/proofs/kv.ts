import { type Proof, registerTrial } from "../proof.js";

const kv = { ...registerTrial, workload: "kv", timeLimitMs: 3_000 };
const checkers = ["kv-linearizable"];
const both = ["kv-linearizable", "kv-revisions"];

export const kvProofs: readonly Proof[] = [
  { bug: "txn-ignores-compare", trial: kv, checkers },
  { bug: "non-atomic-txn", trial: kv, checkers },
  { bug: "lost-write", trial: kv, checkers: both },
  { bug: "diverging-member", trial: kv, checkers: both },
  { bug: "cas-on-stale-value", trial: { ...kv, concurrency: 20, rate: 400 }, checkers },
];
