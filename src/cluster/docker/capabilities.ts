import type { Capability } from "../../core/cluster.js";

/** Those that need the member's data on a disk of its own. */
const onOwnDisks: ReadonlySet<Capability> = new Set<Capability>(["power-failure", "disk-stall"]);

/** Those that need clocks of the members' own. */
const onOwnClocks: ReadonlySet<Capability> = new Set<Capability>(["clock"]);

/** What can be done to members in containers: known without an engine. */
export const dockerCapabilities: ReadonlySet<Capability> = new Set<Capability>([
  "partition",
  "pause",
  "freeze",
  "kill",
  "rollout",
  ...onOwnDisks,
  ...onOwnClocks,
]);

/** Whether nodes must be made with disks of their own to have these faults done to them. */
export function needOwnDisks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onOwnDisks.has(fault));
}

/** Whether etcd must be started with clocks of the nodes' own to have these faults done to them. */
export function needOwnClocks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onOwnClocks.has(fault));
}

/** What can be done to the members of one cluster, as it was made. */
export function capabilitiesWith({
  ownDisks,
  ownClocks,
}: {
  readonly ownDisks: boolean;
  readonly ownClocks: boolean;
}): ReadonlySet<Capability> {
  const isAtHand = (one: Capability) =>
    (ownDisks || !onOwnDisks.has(one)) && (ownClocks || !onOwnClocks.has(one));
  return new Set([...dockerCapabilities].filter(isAtHand));
}
