import { type Proof, registerTrial } from "../proof.js";

const lease = { ...registerTrial, workload: "lease", timeLimitMs: 2_000 };

export const leaseProofs: readonly Proof[] = [
  { bug: "lease-expires-early", trial: lease, checkers: ["lease-kept"] },
  { bug: "lease-outlives-revoke", trial: lease, checkers: ["lease-gone"] },
  { bug: "key-outlives-lease", trial: lease, checkers: ["lease-gone"] },
];
