import type { Proof } from "../proof.js";

export const kvProofs: readonly Proof[] = [];
