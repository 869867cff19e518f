import type { EtcdConfig } from "../../../cluster/docker/etcd-config.js";
import { settingsOf } from "./difference.js";
import { type ConfiguredSide, effectiveValue } from "./rule-context.js";
import { isAtLeast } from "../../../core/version-step.js";

/** A difference that cannot be rolled out node by node. */
export interface RefusalRule {
  /** Exactly the key, or a pattern that it fits. */
  readonly key: string | RegExp;
  readonly sentence: string;
  /** Where it is written. "seen": it was tried with etcd 3.4.23 and 3.5.30. */
  readonly source: string;
}

const bootstrap =
  "etcd reads it when a cluster is made and never again, so that a member which is restarted with another value changes nothing; with an empty disk it would make a cluster of its own.";
const clustering = "etcd.io/docs/v3.6/op-guide/clustering, seen";
const security = "etcd.io/docs/v3.6/op-guide/security";
const memberUpdate =
  "The other members reach a node at the peer address that is registered with the cluster: it is changed by `etcdctl member update`, which ordeal does not do.";

export const refusalRules: readonly RefusalRule[] = [
  { key: "initial-cluster-token", sentence: bootstrap, source: clustering },
  { key: "initial-cluster-state", sentence: bootstrap, source: clustering },
  { key: "initial-cluster", sentence: bootstrap, source: clustering },
  { key: /^discovery(-|$)/, sentence: bootstrap, source: clustering },
  {
    key: "name",
    sentence:
      "It tells one member from the others, so that a file for all nodes cannot set it; ordeal names them itself.",
    source: "etcd.io/docs/v3.6/op-guide/configuration",
  },
  {
    key: "data-dir",
    sentence:
      "A member that is restarted with another, empty folder has lost all it ever acknowledged; the data would have to be moved, which ordeal does not do.",
    source: "etcd.io/docs/v3.6/op-guide/runtime-configuration",
  },
  {
    key: "wal-dir",
    sentence:
      "A member that finds no log in its folder begins with an empty one under its old name, and has forgotten what it acknowledged; the log would have to be moved, which ordeal does not do.",
    source: "seen",
  },
  {
    key: "listen-peer-urls",
    sentence: memberUpdate,
    source: "etcd.io/docs/v3.6/op-guide/runtime-configuration",
  },
  {
    key: "initial-advertise-peer-urls",
    sentence: memberUpdate,
    source: "etcd.io/docs/v3.6/op-guide/runtime-configuration",
  },
];

/** A section that speaks of TLS, and why TLS cannot be turned on or off there. */
export const tlsRules: readonly { readonly section: string; readonly sentence: string }[] = [
  {
    section: "peer-transport-security",
    sentence:
      "turns TLS between members on or off: members with it and members without cannot talk to each other, so a cluster that changes node by node falls apart.",
  },
  {
    section: "client-transport-security",
    sentence:
      "turns TLS for clients on or off: for a while some nodes want it and some do not, and ordeal's clients speak either one (by --tls) to all nodes.",
  },
];

/** What a configuration must not say, whether it changes or not. */
export interface SideRule {
  readonly key: string;
  /** The rest of a sentence that begins with the configuration; undefined where all is well. */
  readonly refuse: (side: ConfiguredSide, tls: boolean) => string | undefined;
  readonly source: string;
}

const longestElectionMs = 50_000;

export const sideRules: readonly SideRule[] = [
  {
    key: "heartbeat-interval",
    refuse: (side) =>
      effectiveValue(side, "heartbeat-interval") === 0
        ? "sets the heartbeat interval to 0: etcd does not start with it."
        : undefined,
    source: "etcd's server/embed/config.go, Validate; seen",
  },
  {
    key: "election-timeout",
    refuse: electionTooShortOrLong,
    source: "etcd's server/embed/config.go, Validate; seen",
  },
  {
    key: "force-new-cluster",
    refuse: (side) =>
      effectiveValue(side, "force-new-cluster") === true
        ? "forces a new cluster: each node that starts with it would forget all others and be a cluster of its own."
        : undefined,
    source: "etcd.io/docs/v3.6/op-guide/configuration",
  },
  {
    key: "auth-token",
    refuse: (side) =>
      String(effectiveValue(side, "auth-token")).startsWith("jwt")
        ? "names keys for JSON Web Tokens, and etcd does not start without these files, which ordeal's nodes do not have."
        : undefined,
    source: "etcd.io/docs/v3.6/op-guide/configuration, seen",
  },
  {
    key: "enable-log-rotation",
    refuse: (side) =>
      isAtLeast(side.version, "3.5") && effectiveValue(side, "enable-log-rotation") === true
        ? "has the log rotated, for which etcd must log to a file; ordeal's nodes log to where ordeal reads."
        : undefined,
    source: "etcd's server/embed/config.go, ErrLogRotationInvalidLogOutput; seen",
  },
  {
    key: "logger",
    refuse: (side) =>
      isAtLeast(side.version, "3.5") && effectiveValue(side, "logger") === "capnslog"
        ? `asks for the logger "capnslog", which etcd ${side.version} no longer has: it does not start.`
        : undefined,
    source: "etcd.io/docs/v3.6/downgrades (3.5 to 3.4), seen",
  },
  {
    key: "auto-compaction-mode",
    refuse: (side) =>
      ["periodic", "revision"].includes(String(effectiveValue(side, "auto-compaction-mode")))
        ? undefined
        : 'has an auto-compaction-mode that is neither "periodic" nor "revision": etcd does not start with it.',
    source: "etcd's server/embed/config.go, Validate; seen",
  },
  {
    key: "auto-compaction-retention",
    refuse: (side) =>
      isRetention(side)
        ? undefined
        : 'has an auto-compaction-retention that is neither a number nor a time such as "5m": etcd does not start with it.',
    source: "etcd's server/embed/etcd.go, parseCompactionRetention; seen",
  },
  {
    key: "discovery",
    refuse: ({ config }) =>
      ["discovery", "discovery-srv", "discovery-config.endpoints"].some((key) => says(config, key))
        ? "has members find each other by discovery, and etcd does not start where it is told of them as well, as ordeal does."
        : undefined,
    source: "etcd's server/embed/config.go, ErrConflictBootstrapFlags; seen",
  },
  { key: "peer-transport-security", refuse: foreignCertificates("peer"), source: security },
  { key: "client-transport-security", refuse: foreignCertificates("client"), source: security },
];

function electionTooShortOrLong(side: ConfiguredSide): string | undefined {
  const heartbeatMs = Number(effectiveValue(side, "heartbeat-interval"));
  const electionMs = Number(effectiveValue(side, "election-timeout"));
  if (electionMs < 5 * heartbeatMs) {
    return `has an election timeout (${electionMs} ms) under five heartbeats (of ${heartbeatMs} ms): etcd does not start with it.`;
  }
  return electionMs > longestElectionMs
    ? `has an election timeout of ${electionMs} ms: etcd does not start with more than ${longestElectionMs} ms.`
    : undefined;
}

function isRetention(side: ConfiguredSide): boolean {
  const retention = String(effectiveValue(side, "auto-compaction-retention"));
  const isTime = /^([\d.]+(ns|us|µs|ms|s|m|h))+$/.test(retention);
  const isPeriodic = effectiveValue(side, "auto-compaction-mode") === "periodic";
  return /^\d*$/.test(retention) || (isPeriodic && isTime);
}

/** With --tls these stay in the file, and speak of certificates that ordeal's nodes do not have. */
function foreignCertificates(role: "peer" | "client"): SideRule["refuse"] {
  const names = ["allowed-cn", "allowed-hostname", "client-cert-file", "client-key-file"];
  return ({ config }, tls) => {
    const name = names.find((other) => says(config, `${role}-transport-security.${other}`));
    return tls && name !== undefined
      ? `sets ${name}, which speaks of certificates of your own; with --tls the nodes have ordeal's, and would turn each other away.`
      : undefined;
  };
}

/** Whether a key is set to more than an empty text or list. */
function says(config: EtcdConfig, key: string): boolean {
  const value = settingsOf(config).get(key);
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}
