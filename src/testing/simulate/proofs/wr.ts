import type { Proof } from "../proof.js";

export const wrProofs: readonly Proof[] = [];
