import type { Proof } from "../proof.js";

export const kubernetesProofs: readonly Proof[] = [];
