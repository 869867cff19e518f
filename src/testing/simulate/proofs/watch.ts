import type { Proof } from "../proof.js";

export const watchProofs: readonly Proof[] = [];
