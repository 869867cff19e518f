import type { Capability } from "../../core/cluster.js";

/** Those that need the member's data on a disk of its own. */
const onOwnDisks: ReadonlySet<Capability> = new Set<Capability>(["power-failure"]);

/** What can be done to members in containers: known without an engine. */
export const dockerCapabilities: ReadonlySet<Capability> = new Set<Capability>([
  "partition",
  "pause",
  "freeze",
  "kill",
  "rollout",
  ...onOwnDisks,
]);

/** Whether nodes must be made with disks of their own to have these faults done to them. */
export function needOwnDisks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onOwnDisks.has(fault));
}

/** What can be done to the members of one cluster, as it was made. */
export function capabilitiesWith({
  ownDisks,
}: {
  readonly ownDisks: boolean;
}): ReadonlySet<Capability> {
  return new Set([...dockerCapabilities].filter((one) => ownDisks || !onOwnDisks.has(one)));
}
