import type { EtcdConfig } from "../../../cluster/docker/etcd-config.js";
import { isAtLeast } from "../../../core/version-step.js";

type Default = string | number | boolean;
type VersionedDefault = (version: string) => Default | undefined;

/**
 * What etcd takes where its file is silent. Source: `etcd --help` of 3.3.25, 3.4.23 and 3.5.30, and
 * etcd.io/docs/v3.6/op-guide/configuration.
 */
const fixedDefaults: Readonly<Record<string, Default>> = {
  "heartbeat-interval": 100,
  "election-timeout": 1000,
  "quota-backend-bytes": 2 * 1024 ** 3,
  "max-request-bytes": 1.5 * 1024 ** 2,
  "max-txn-ops": 128,
  "max-concurrent-streams": 2 ** 32 - 1,
  "max-wals": 5,
  "max-snapshots": 5,
  "auto-compaction-mode": "periodic",
  "auto-compaction-retention": "0",
  "auth-token": "simple",
  "log-level": "info",
  "strict-reconfig-check": true,
  "initial-election-tick-advance": true,
  "unsafe-no-fsync": false,
  "force-new-cluster": false,
  "corrupt-check-time": 0,
  "initial-corrupt-check": false,
  "compact-hash-check-enabled": false,
};

/** Those that changed. Source: etcd.io/docs/v3.6/downgrades (3.5 to 3.4), and as above. */
const versionedDefaults: Readonly<Record<string, VersionedDefault>> = {
  "snapshot-count": (version) => (isAtLeast(version, "3.6") ? 10_000 : 100_000),
  "pre-vote": (version) => isAtLeast(version, "3.5"),
  // 3.3 knows no such key.
  logger: (version) =>
    isAtLeast(version, "3.5") ? "zap" : isAtLeast(version, "3.4") ? "capnslog" : undefined,
};

/** Undefined where it is not known here. */
export function etcdDefault(key: string, version: string): Default | undefined {
  return versionedDefaults[key]?.(version) ?? fixedDefaults[key];
}

/** Keys whose default depends on etcd's version. */
export const versionedKeys: readonly string[] = Object.keys(versionedDefaults);

/** Keys that are feature gates from 3.6 on. Source: etcd.io/docs/v3.6/feature-gates. */
const gates: Readonly<Record<string, string>> = {
  "initial-corrupt-check": "InitialCorruptCheck",
  "compact-hash-check-enabled": "CompactHashCheck",
};

export function gateOf(key: string): string | undefined {
  return gates[key];
}

/** Keys that ordeal fills in with values of its own, to test better, where a file is silent. */
export const filledInKeys: readonly string[] = [
  "snapshot-count",
  "heartbeat-interval",
  "election-timeout",
  "logger",
];

/**
 * The two configurations as they can be compared. Where one sets a key that ordeal would fill in for
 * the other, the other gets etcd's own default, so that ordeal's makes no difference that is not
 * there and hides none. Where neither sets it, both get ordeal's. Keys that are null are left out,
 * since to etcd they are as good as not set.
 */
export function comparableConfigs(
  from: EtcdConfig,
  to: EtcdConfig,
  versions: { readonly fromVersion: string; readonly toVersion: string },
): { readonly from: EtcdConfig; readonly to: EtcdConfig } {
  const before = withoutNull(from);
  const after = withoutNull(to);
  return {
    from: { ...before, ...missing(before, after, versions.fromVersion) },
    to: { ...after, ...missing(after, before, versions.toVersion) },
  };
}

function missing(config: EtcdConfig, other: EtcdConfig, version: string): EtcdConfig {
  const keys = filledInKeys.filter((key) => key in other && !(key in config));
  return withoutNull(Object.fromEntries(keys.map((key) => [key, etcdDefault(key, version)])));
}

function withoutNull(config: EtcdConfig): EtcdConfig {
  const kept = Object.entries(config).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept);
}
