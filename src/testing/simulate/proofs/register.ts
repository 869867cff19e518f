import { type Proof, registerTrial as register } from "../proof.js";

const append = { ...register, workload: "append" };
const wr = { ...register, workload: "wr" };
/** Short, with the faults one upon another. */
const allFaults = {
  nemeses: ["partition", "kill", "pause"],
  nemesisIntervalMs: 1_000,
  timeLimitMs: 20_000,
};
const killed = { nemeses: ["kill"], nemesisIntervalMs: 1_000, timeLimitMs: 6_000 };
const checkers = ["revision-order"];

/** What the revisions tell by themselves. Stale reads are not among it: they are right for theirs. */
export const registerProofs: readonly Proof[] = [
  { bug: "revision-goes-back", trial: { ...register, ...killed }, checkers },
  { bug: "diverging-member", trial: { ...register, timeLimitMs: 5_000 }, checkers },
  {
    bug: "split-brain",
    trial: { ...register, nemeses: ["partition"], timeLimitMs: 60_000 },
    checkers,
  },
  { bug: "double-apply", trial: { ...register, ...allFaults }, checkers },
  { bug: "txn-ignores-compare", trial: { ...register, timeLimitMs: 5_000 }, checkers },
  {
    bug: "cas-on-stale-value",
    trial: { ...register, concurrency: 20, timeLimitMs: 8_000 },
    checkers,
  },
  {
    bug: "dirty-read",
    trial: {
      ...register,
      ...{ nemeses: ["partition"], nemesisIntervalMs: 1_500 },
      ...{ concurrency: 20, timeLimitMs: 15_000 },
    },
    checkers,
  },
  { bug: "non-atomic-txn", trial: { ...append, timeLimitMs: 5_000 }, checkers },
  { bug: "txn-ignores-compare", trial: { ...append, timeLimitMs: 5_000 }, checkers },
  { bug: "cas-on-stale-value", trial: { ...append, timeLimitMs: 10_000 }, checkers },
  { bug: "revision-goes-back", trial: { ...append, ...killed }, checkers },
  { bug: "non-atomic-txn", trial: { ...wr, timeLimitMs: 3_000 }, checkers },
  { bug: "revision-goes-back", trial: { ...wr, ...killed }, checkers },
];
