import { differenceLines, differencesOf } from "../campaign/rollout/change/difference.js";
import type { KeyDifference, Remark } from "../campaign/rollout/rollout-record.js";
import { comparableConfigs } from "../campaign/rollout/change/rule-defaults.js";
import { refusalsOf, remarksOf } from "../campaign/rollout/change/rules.js";
import { pointOfNoReturn } from "../campaign/rollout/change/version-step.js";
import { refuseUnknownKeys } from "../cluster/docker/etcd-config.js";
import type { DockerParts } from "../cluster/docker/test-bed.js";
import { UsageError } from "../core/errors.js";
import type { PreparedSide } from "./rollout-bed.js";
import { say } from "./say.js";

/** A change that can be tried, with all that is known of it before anything starts. */
export interface CheckedChange {
  readonly from: PreparedSide;
  readonly to: PreparedSide;
  readonly differences: readonly KeyDifference[];
  readonly remarks: readonly Remark[];
  readonly pointOfNoReturn: string | undefined;
}

/**
 * Says what differs and what is to be known about it. Rejects with UsageError where one of the files
 * is wrong by itself, or where the change cannot be made node by node.
 */
export async function checkChange(
  { etcd, config = {}, changes: [changeTo] = [] }: DockerParts,
  tls: boolean,
): Promise<CheckedChange> {
  if (!changeTo) throw new RangeError("a rollout without anything to change to");
  const { etcd: toEtcd, config: toConfig = {} } = changeTo;
  await refuseUnknownKeys(config, etcd);
  await refuseUnknownKeys(toConfig, toEtcd);
  const differences = differencesOf(config, toConfig);
  const context = {
    from: { config, version: etcd.version },
    to: { config: toConfig, version: toEtcd.version },
    differences,
    tls,
    sameBinary: etcd.sha256 === toEtcd.sha256,
  };
  tellDifferences(differences, etcd.version, toEtcd.version);
  const refusals = refusalsOf(context);
  if (refusals.length > 0) {
    const each = refusals.map(({ key, sentence }) => `${key}: ${sentence}`);
    throw new UsageError(`this change cannot be tried. ${each.join(" ")}`);
  }
  const remarks = remarksOf(context);
  for (const { key, kind, sentence } of remarks) say(`${kind}: ${key}: ${sentence}`);
  const versions = { fromVersion: etcd.version, toVersion: toEtcd.version };
  const comparable = comparableConfigs(config, toConfig, versions);
  return {
    from: { etcd, config: comparable.from },
    to: { etcd: toEtcd, config: comparable.to },
    differences,
    remarks,
    pointOfNoReturn: pointOfNoReturn(etcd.version, toEtcd.version),
  };
}

function tellDifferences(
  differences: readonly KeyDifference[],
  fromVersion: string,
  toVersion: string,
): void {
  say("the difference, key by key:");
  if (fromVersion !== toVersion) say(`  etcd ${fromVersion} -> ${toVersion}`);
  for (const line of differenceLines(differences)) say(`  ${line}`);
  if (differences.length === 0) say("  no key of the configuration");
}
