import { parse } from "yaml";
import { type EtcdConfig, effectiveConfig } from "../../../cluster/docker/etcd-config.js";
import { settingsOf } from "./difference.js";
import type { KeyDifference } from "../rollout-record.js";
import { etcdDefault, gateOf } from "./rule-defaults.js";

/** What nodes run before the change, or after it. */
export interface ConfiguredSide {
  /** The user's file. */
  readonly config: EtcdConfig;
  /** Such as "3.5.30". */
  readonly version: string;
}

/** All that is known of a change before anything starts. */
export interface ChangeContext {
  readonly from: ConfiguredSide;
  readonly to: ConfiguredSide;
  /** Of the users' files: `differencesOf(from.config, to.config)`. */
  readonly differences: readonly KeyDifference[];
  /** Whether the cluster will have TLS. */
  readonly tls: boolean;
  /** Whether both sides are the very same binary, to the byte. */
  readonly sameBinary: boolean;
}

/** A difference, with what it comes to: defaults of etcd's version are filled in. */
export interface Change {
  readonly key: string;
  /** Undefined where it is not set and its default is not known here. */
  readonly from: unknown;
  readonly to: unknown;
  readonly context: ChangeContext;
}

export function changeOf(key: string, context: ChangeContext): Change {
  const { from, to } = context;
  return { key, from: effectiveValue(from, key), to: effectiveValue(to, key), context };
}

/**
 * What a member takes for a key. etcd 3.6 knows most of what was "experimental-..." without that
 * prefix, and some of it as a feature gate, so each name is looked for.
 */
export function effectiveValue({ config, version }: ConfiguredSide, key: string): unknown {
  const settings = settingsOf(config);
  const name = plainName(key);
  const set = [key, name, `experimental-${name}`].find((other) => settings.has(other));
  const value = set === undefined ? gateIn(settings, name) : settings.get(set);
  const isDefault = value === undefined || (value === 0 && zeroIsDefault.has(name));
  return isDefault ? etcdDefault(name, version) : value;
}

/** etcd takes its default for these where they are 0. */
const zeroIsDefault: ReadonlySet<string> = new Set(["snapshot-count", "quota-backend-bytes"]);

/** The name without "experimental-". */
export function plainName(key: string): string {
  return key.replace(/^experimental-/, "");
}

function gateIn(settings: ReadonlyMap<string, unknown>, name: string): boolean | undefined {
  const gate = gateOf(name);
  const gates = settings.get("feature-gates");
  if (gate === undefined || typeof gates !== "string") return undefined;
  const [, value] =
    gates
      .split(",")
      .map((pair) => pair.split("="))
      .find(([n]) => n === gate) ?? [];
  return value === undefined ? undefined : value === "true";
}

/** Whether what the user sets for a key reaches the nodes, or ordeal sets it itself. */
export function reachesNodes(key: string, { tls, to }: ChangeContext): boolean {
  const mark = "as the user says";
  const [section = "", ...inner] = key.split(".");
  const config = { [section]: inner.length > 0 ? { [inner.join(".")]: mark } : mark };
  const membership = { name: "n1", members: ["n1"], token: "", tls, version: to.version };
  const written = parse(effectiveConfig(config, membership).text) as EtcdConfig;
  return settingsOf(written).get(key) === mark;
}
