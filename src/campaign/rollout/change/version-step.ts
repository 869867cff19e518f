import { versionStep } from "../../../core/version-step.js";

/**
 * Why the step cannot be tested; undefined where it can. A downgrade of 3.6 has to be asked for with
 * `etcdctl downgrade enable`, one to 3.4 needs a flag of its own, and ordeal does neither; without,
 * the older binary ends at once ("cluster cannot be downgraded"). Source:
 * etcd.io/docs/v3.6/downgrades, etcd.io/docs/v3.8/upgrades/upgrading-etcd (what may be upgraded).
 */
export function refusalOfStep(from: string, to: string): string | undefined {
  switch (versionStep(from, to)) {
    case "none":
    case "patch":
    case "minor upgrade":
      return undefined;
    case "minor downgrade":
      return `etcd ${to} refuses to join a cluster of version ${from}: a downgrade by a minor version must be announced to the cluster first, which ordeal does not do.`;
    case "skips a minor version":
      return `etcd does not support an upgrade from ${from} to ${to} that skips a minor version: take one minor version at a time.`;
    case "major":
      return `From ${from} to ${to} is a change of the major version, which cannot be made node by node.`;
    case "unknown":
      return `It cannot be told whether ${from} may be changed to ${to}: expected versions such as 3.5.30.`;
  }
}

/**
 * Why one node must stay as it was until the way back; undefined where every node can go back. The
 * cluster's version is the lowest among its members, is raised as soon as the last of them is new,
 * and an older binary does not start in a cluster whose version is above its own. Source:
 * etcd.io/docs/v3.6/upgrades/upgrade_3_6, "Downgrade".
 */
export function pointOfNoReturn(fromVersion: string, toVersion: string): string | undefined {
  if (versionStep(fromVersion, toVersion) !== "minor upgrade") return undefined;
  return `There is a way back only as long as one member still runs etcd ${fromVersion}: once all run ${toVersion}, the cluster's version is raised and ${fromVersion} refuses to start in it. So the leg "back" leaves one node unchanged until the way back.`;
}
