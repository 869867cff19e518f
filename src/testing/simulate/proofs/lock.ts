import type { Proof } from "../proof.js";

export const lockProofs: readonly Proof[] = [];
