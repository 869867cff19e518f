import type { Proof } from "./proof.js";
import { kubernetesProofs } from "./proofs/kubernetes.js";
import { kvProofs } from "./proofs/kv.js";
import { leaseProofs } from "./proofs/lease.js";
import { lockProofs } from "./proofs/lock.js";
import { memberProofs } from "./proofs/members.js";
import { registerProofs } from "./proofs/register.js";
import { setProofs } from "./proofs/set.js";
import { transactionProofs } from "./proofs/transactions.js";
import { valueProofs } from "./proofs/values.js";
import { watchProofs } from "./proofs/watch.js";
import { wrProofs } from "./proofs/wr.js";

/** Every planted bug with whatever finds it. */
export const proofs: readonly Proof[] = [
  ...valueProofs,
  ...transactionProofs,
  ...setProofs,
  ...registerProofs,
  ...wrProofs,
  ...kvProofs,
  ...watchProofs,
  ...leaseProofs,
  ...lockProofs,
  ...kubernetesProofs,
  ...memberProofs,
];
