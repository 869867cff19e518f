import type { Proof } from "../proof.js";

export const memberProofs: readonly Proof[] = [];
