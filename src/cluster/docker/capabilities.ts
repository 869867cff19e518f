import type { Capability } from "../../core/cluster.js";

/** What can be done to members in containers: known without an engine. */
export const dockerCapabilities: ReadonlySet<Capability> = new Set<Capability>([
  "partition",
  "pause",
  "freeze",
  "kill",
  "rollout",
]);
