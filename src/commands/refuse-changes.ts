import { differencesOf } from "../campaign/rollout/change/difference.js";
import { refusalsOf } from "../campaign/rollout/change/rules.js";
import type { EtcdConfig } from "../cluster/docker/etcd-config.js";
import type { DockerParts } from "../cluster/docker/test-bed.js";
import { variedConfig } from "../cluster/docker/varied-config.js";
import type { Capability } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import { versionStep } from "../core/version-step.js";

interface Side {
  readonly version: string;
  readonly config: EtcdConfig;
}

/**
 * Throws UsageError where one of the changes cannot be made node by node, or where etcd would not
 * start after it: such a run would end invalid, and nothing would be wrong with etcd.
 */
export function refuseChanges(
  { etcd, config = {}, changes = [], variation }: DockerParts,
  { tls, faults }: { readonly tls: boolean; readonly faults: ReadonlySet<Capability> },
): void {
  const steps: readonly Side[] = [{ etcd, config }, ...changes].map((step) => ({
    version: step.etcd.version,
    config: step.config ?? {},
  }));
  for (const [index, to] of steps.entries()) {
    const from = steps[index - 1];
    if (from) refuse(from, to, tls);
    if (!variation) continue;
    const varied = { ...to, config: variation.config ?? variedConfig(to.config) };
    refuse(to, varied, tls);
    refuse(varied, to, tls);
  }
  const isMinor = steps.some(
    ({ version }, index) =>
      versionStep(steps[index - 1]?.version ?? "", version) === "minor upgrade",
  );
  if (isMinor && (faults.has("membership") || faults.has("corrupt"))) {
    throw new UsageError(
      "faults that take members out of the cluster do not go with a change of the minor version: while the last of the older ones is out, the cluster's version rises, and it cannot come back",
    );
  }
}

function refuse(from: Side, to: Side, tls: boolean): void {
  const differences = differencesOf(from.config, to.config);
  // That nothing differs is no reason here: a restart is a fault as well.
  const refusals = refusalsOf({ from, to, differences, tls, sameBinary: false });
  if (refusals.length === 0) return;
  const each = refusals.map(({ key, sentence }) => `${key}: ${sentence}`);
  throw new UsageError(`this change cannot be tried. ${each.join(" ")}`);
}
