import { type Capability, reconfiguring } from "../../core/cluster.js";

/** Those that need the member's data on a disk of its own. */
const onOwnDisks: ReadonlySet<Capability> = new Set<Capability>([
  "power-failure",
  "disk-stall",
  "disk-full",
  "disk-slow",
]);

/** Those that need clocks of the members' own. */
const onOwnClocks: ReadonlySet<Capability> = new Set<Capability>(["clock"]);

/** Those that need what members say to each other to be led through a proxy of the node's. */
const onLinks: ReadonlySet<Capability> = new Set<Capability>(["hold-links", "slow-network"]);

/** Those that need etcdctl in the members' containers. */
const withEtcdctl: ReadonlySet<Capability> = new Set<Capability>(["restore"]);

/** What can be done to members in containers: known without an engine. */
export const dockerCapabilities: ReadonlySet<Capability> = new Set<Capability>([
  "partition",
  "pause",
  "freeze",
  "kill",
  "rollout",
  "packet-loss",
  "packet-disorder",
  "no-space-alarm",
  "admin",
  "left-behind",
  ...reconfiguring,
  ...onOwnDisks,
  ...onOwnClocks,
  ...withEtcdctl,
  ...onLinks,
]);

/** Whether nodes must be made with disks of their own to have these faults done to them. */
export function needOwnDisks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onOwnDisks.has(fault));
}

/** Whether etcd must be started with clocks of the nodes' own to have these faults done to them. */
export function needOwnClocks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onOwnClocks.has(fault));
}

/** Whether what members say to each other must be led through a proxy to have these faults done to them. */
export function needLinks(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => onLinks.has(fault));
}

/** Whether etcd must let members be added at any time to have these faults done to it. */
export function needReconfiguring(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => reconfiguring.has(fault));
}

/** Whether nodes must be made with etcdctl in them to have these faults done to them. */
export function needEtcdctl(faults: Iterable<Capability>): boolean {
  return [...faults].some((fault) => withEtcdctl.has(fault));
}

/** What can be done to the members of one cluster, as it was made. */
export function capabilitiesWith({
  ownDisks,
  ownClocks,
  etcdctl,
  links,
}: {
  readonly ownDisks: boolean;
  readonly ownClocks: boolean;
  readonly etcdctl: boolean;
  readonly links: boolean;
}): ReadonlySet<Capability> {
  const isAtHand = (one: Capability) =>
    (ownDisks || !onOwnDisks.has(one)) &&
    (ownClocks || !onOwnClocks.has(one)) &&
    (etcdctl || !withEtcdctl.has(one)) &&
    (links || !onLinks.has(one));
  return new Set([...dockerCapabilities].filter(isAtHand));
}
