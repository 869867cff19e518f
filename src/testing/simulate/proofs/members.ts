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
    trial: { ...usualTrial, workload: "none", nemeses: ["kill"] },
    checkers: ["members-agree"],
    namesNoOperations: true,
  },
];
