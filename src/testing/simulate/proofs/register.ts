import type { Proof } from "../proof.js";

export const registerProofs: readonly Proof[] = [];
