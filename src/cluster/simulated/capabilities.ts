import type { Capability } from "../../core/cluster.js";

/** What can be done to members in this process. */
export const simulatedCapabilities: ReadonlySet<Capability> = new Set<Capability>([
  "partition",
  "pause",
  "freeze",
  "kill",
  "power-failure",
  "clock",
  "packet-loss",
  "slow-network",
  "hold-links",
]);
