import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { distance } from "fastest-levenshtein";
import { isMap, LineCounter, parseDocument, stringify } from "yaml";
import type { SetUp } from "../../core/cluster.js";
import { UsageError } from "../../core/errors.js";

/** A file in the format of etcd's `--config-file`, parsed. */
export type EtcdConfig = Readonly<Record<string, unknown>>;

/** Where things are in a node's container. */
export const paths = {
  etcd: "/usr/local/bin/etcd",
  etcdctl: "/usr/local/bin/etcdctl",
  config: "/etc/ordeal/etcd-config.yml",
  tls: "/etc/ordeal/tls",
  data: "/var/lib/etcd",
} as const;

/** Of a set-up other than the first: they lie beside its files, whose names they begin with. */
export function pathsAfter(setUp: SetUp): { readonly etcd: string; readonly config: string } {
  return { etcd: `${paths.etcd}-${setUp}`, config: `/etc/ordeal/etcd-config-${setUp}.yml` };
}

export const clientPort = 2379;
const peerPort = 2380;

/** Reads the user's file. Anything that is wrong with it is a UsageError that names the line. */
export async function readEtcdConfig(path: string): Promise<EtcdConfig> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new UsageError(`${path} is not YAML (line ${line}, column ${col}): ${error.message}.`);
  }
  if (document.contents === null) return {};
  if (!isMap(document.contents)) {
    throw new UsageError(
      `${path} is no etcd configuration: expected lines of the form "key: value" (as in etcd's --config-file) from line 1 on.`,
    );
  }
  return document.toJS() as EtcdConfig;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new UsageError(`The etcd configuration ${path} cannot be read: ${reason}.`, {
      cause: error,
    });
  }
}

export interface Membership {
  readonly name: string;
  readonly members: readonly string[];
  /** The run's id: members of another run that got an old address are not mistaken for ours. */
  readonly token: string;
  readonly tls: boolean;
  /** Such as "3.5.30". */
  readonly version: string;
}

export interface EffectiveConfig {
  /** As written to the node's `etcd-config.yml`. */
  readonly text: string;
  /** The user's keys that ordeal set otherwise. */
  readonly overridden: readonly string[];
}

/** What nodes run with where the user's file says nothing else. */
export const usualConfig = {
  // Snapshots, and what goes wrong with them, come within seconds instead of hours.
  "snapshot-count": 100,
  "heartbeat-interval": 100,
  "election-timeout": 1000,
} as const;

/**
 * What nodes whose members are removed and added run with beside that. With the check etcd refuses new
 * members for 5 s after anything was wrong anywhere; ordeal counts for itself who is needed
 * (nemeses/member.ts), and adds members while other faults are in force.
 */
export const reconfiguredConfig = { "strict-reconfig-check": false } as const;

/**
 * What a node runs with: defaults that suit testing, over them the user's file, over that what
 * ordeal must decide itself: who the members are, where they listen, their certificates, and that
 * they log to where ordeal reads.
 */
export function effectiveConfig(user: EtcdConfig, membership: Membership): EffectiveConfig {
  const ours = decidedByOrdeal(membership);
  const isOld = isBefore34(membership.version);
  const config: Record<string, unknown> = {
    ...usualConfig,
    // 3.4 would log in an older format otherwise, 3.3 knows no other.
    ...(!isOld && { logger: "zap" }),
    ...user,
    ...ours,
  };
  for (const section of securitySections) {
    // Without --tls there are no certificates to name; with it they go over the user's.
    config[section] = membership.tls
      ? { ...asObject(user[section]), ...asObject(ours[section]) }
      : undefined;
  }
  const decided = new Set([...Object.keys(ours), ...securitySections]);
  return {
    // etcd reads an older YAML than this library writes by default: there a bare `off` is no text.
    text: stringify(config, { version: "1.1" }),
    overridden: Object.keys(user).filter((key) => decided.has(key)),
  };
}

const securitySections = ["client-transport-security", "peer-transport-security"] as const;

function decidedByOrdeal({ name, members, token, tls, version }: Membership): EtcdConfig {
  const scheme = tls ? "https" : "http";
  return {
    name,
    "data-dir": paths.data,
    "listen-peer-urls": `${scheme}://0.0.0.0:${peerPort}`,
    "listen-client-urls": `${scheme}://0.0.0.0:${clientPort}`,
    "initial-advertise-peer-urls": `${scheme}://${name}:${peerPort}`,
    "advertise-client-urls": `${scheme}://${name}:${clientPort}`,
    "initial-cluster": members.map((m) => `${m}=${scheme}://${m}:${peerPort}`).join(","),
    "initial-cluster-state": "new",
    "initial-cluster-token": token,
    ...(isBefore34(version) ? { "log-output": "stderr" } : { "log-outputs": ["stderr"] }),
    ...(tls && {
      "client-transport-security": certificateFiles("server"),
      "peer-transport-security": certificateFiles("peer"),
    }),
  };
}

function certificateFiles(role: "server" | "peer"): Record<string, unknown> {
  return {
    "cert-file": `${paths.tls}/${role}.crt`,
    "key-file": `${paths.tls}/${role}.key`,
    "trusted-ca-file": `${paths.tls}/ca.crt`,
    "client-cert-auth": true,
  };
}

/**
 * etcd reads its file leniently: a misspelt key is as good as none, without a word, and the run
 * would test something other than what was asked for. The binary holds the names of all keys that
 * it reads (Go keeps the `json:"..."` tags of struct fields for its parser), so a key that it does
 * not hold is refused. A name that some other structure uses passes: this catches typing errors
 * and keys of other versions.
 */
export async function refuseUnknownKeys(
  user: EtcdConfig,
  build: { readonly directory: string; readonly version: string },
): Promise<void> {
  const keys = [
    ...Object.keys(user),
    ...securitySections.flatMap((section) => Object.keys(asObject(user[section]))),
  ];
  if (keys.length === 0) return;
  const binary = await readFile(join(build.directory, "etcd"));
  const knows = (key: string) =>
    binary.includes(`json:"${key}"`) || binary.includes(`json:"${key},`);
  // A binary that was stripped of these tags cannot be asked.
  if (!knows("snapshot-count")) return;
  const unknown = keys.filter((key) => !knows(key));
  const [first] = unknown;
  if (first === undefined) return;
  const near = nearest(first, commonKeys.filter(knows));
  throw new UsageError(
    `etcd ${build.version} knows no configuration key ${unknown.map((key) => `"${key}"`).join(", ")} and would ignore it${near ? ` (did you mean "${near}"?)` : ""}: correct or remove it.`,
  );
}

/** Keys that people set, to guess what a misspelt one was meant to be. */
const commonKeys = [
  "auto-compaction-mode",
  "auto-compaction-retention",
  "client-transport-security",
  "election-timeout",
  "enable-v2",
  "experimental-corrupt-check-time",
  "experimental-initial-corrupt-check",
  "heartbeat-interval",
  "initial-election-tick-advance",
  "log-level",
  "logger",
  "max-request-bytes",
  "max-snapshots",
  "max-txn-ops",
  "max-wals",
  "peer-transport-security",
  "pre-vote",
  "quota-backend-bytes",
  "snapshot-count",
  "strict-reconfig-check",
];

function nearest(key: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, far: distance(key, candidate) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= 3 ? best.candidate : undefined;
}

function isBefore34(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 3 || (major === 3 && minor < 4);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
