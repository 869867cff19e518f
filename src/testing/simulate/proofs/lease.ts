import type { Proof } from "../proof.js";

export const leaseProofs: readonly Proof[] = [];
