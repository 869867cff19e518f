import { usualTrial } from "../simulate.js";
import { type Proof, registerTrial } from "../proof.js";

export const memberProofs: readonly Proof[] = [
  {
    bug: "diverging-member",
    trial: { ...registerTrial, timeLimitMs: 4_000 },
    checkers: ["members-agree"],
  },
  {
    bug: "revision-goes-back",
    // Short: once all have been killed they are wrong by the same and agree again.
    trial: { ...usualTrial, workload: "none", nemeses: ["kill"], timeLimitMs: 5_000 },
    checkers: ["members-agree"],
    namesNoOperations: true,
  },
];
