/** What etcd reads a key as: anything else ends it at once ("cannot unmarshal string into ..."). */
export interface ValueKind {
  readonly inWords: string;
  readonly fits: (value: unknown) => boolean;
  /** Without "experimental-". */
  readonly keys: readonly string[];
  /** From this version on etcd may read it otherwise. */
  readonly until?: string;
}

/** Source: the types of `Config` in etcd's server/embed/config.go; seen. */
export const valueKinds: readonly ValueKind[] = [
  {
    inWords: "whole number of at least 0 (without quotes)",
    fits: (value) => Number.isInteger(value) && Number(value) >= 0,
    keys: [
      "heartbeat-interval",
      "election-timeout",
      "snapshot-count",
      "max-snapshots",
      "max-wals",
      "max-txn-ops",
      "max-request-bytes",
      "max-concurrent-streams",
    ],
  },
  {
    inWords: "whole number (without quotes)",
    fits: Number.isInteger,
    keys: ["quota-backend-bytes"],
  },
  {
    inWords: "whole number of nanoseconds (without quotes)",
    fits: Number.isInteger,
    keys: [
      "backend-batch-interval",
      "compact-hash-check-time",
      "corrupt-check-time",
      "grpc-keepalive-interval",
      "grpc-keepalive-min-time",
      "grpc-keepalive-timeout",
      "watch-progress-notify-interval",
    ],
    until: "3.6",
  },
  {
    inWords: "truth (true or false, without quotes)",
    fits: (value) => typeof value === "boolean",
    keys: [
      "compact-hash-check-enabled",
      "enable-pprof",
      "force-new-cluster",
      "initial-corrupt-check",
      "initial-election-tick-advance",
      "pre-vote",
      "strict-reconfig-check",
      "unsafe-no-fsync",
    ],
  },
  {
    inWords: "text (a number needs quotes)",
    fits: (value) => typeof value === "string",
    keys: [
      "auth-token",
      "auto-compaction-mode",
      "auto-compaction-retention",
      "log-level",
      "logger",
      "metrics",
    ],
  },
];
