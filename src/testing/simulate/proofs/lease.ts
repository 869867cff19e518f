import { type Proof, registerTrial } from "../proof.js";

const lease = { ...registerTrial, workload: "lease", timeLimitMs: 2_000 };

/** The workload renews a lease that is over only when that was known for 10 s. */
const longLease = { ...lease, timeLimitMs: 14_000 };

/** Fewer shelves, each of which is read the more often, also while a lease is ending. */
const fewShelves = { ...lease, concurrency: 3, timeLimitMs: 4_000 };

export const leaseProofs: readonly Proof[] = [
  { bug: "lease-expires-early", trial: lease, checkers: ["lease-kept"] },
  { bug: "lease-outlives-revoke", trial: lease, checkers: ["lease-gone"] },
  { bug: "key-outlives-lease", trial: lease, checkers: ["lease-gone"] },
  { bug: "dead-lease-renewed", trial: longLease, checkers: ["lease-renewal"] },
  { bug: "lease-ends-key-by-key", trial: fewShelves, checkers: ["lease-atomic"] },
  {
    bug: "dead-lease-attached",
    trial: { ...lease, timeLimitMs: 4_000 },
    checkers: ["lease-attach"],
  },
];
