import { isDeepStrictEqual } from "node:util";
import type { EtcdConfig } from "../../../cluster/docker/etcd-config.js";
import { printable } from "../../../core/printable.js";
import type { KeyDifference } from "../rollout-record.js";

/**
 * In what two configurations differ, by key. Values are compared as etcd reads them: null is as good
 * as not set, `yes` is true; but "100" in quotes is text, which etcd does not take for a number.
 */
export function differencesOf(from: EtcdConfig, to: EtcdConfig): KeyDifference[] {
  const before = settingsOf(from);
  const after = settingsOf(to);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys
    .filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map((key) => ({
      key,
      ...(before.has(key) && { from: before.get(key) }),
      ...(after.has(key) && { to: after.get(key) }),
    }));
}

/** What a configuration sets, as etcd reads it. Keys of sections are "section.key". */
export function settingsOf(config: EtcdConfig): ReadonlyMap<string, unknown> {
  return new Map(leavesOf(config, ""));
}

function leavesOf(section: object, prefix: string): [string, unknown][] {
  return Object.entries(section).flatMap(([name, written]): [string, unknown][] => {
    const value = asEtcdReads(written);
    const key = `${prefix}${name}`;
    if (value === undefined) return [];
    return isSection(value) ? leavesOf(value, `${key}.`) : [[key, value]];
  });
}

/**
 * The file reaches etcd by a library that reads YAML 1.1, and as JSON: there `yes` and `on` are
 * truths, `1_000` is a number, and null leaves the default in place. Each was tried with etcd 3.4.23
 * and 3.5.30.
 */
function asEtcdReads(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(asEtcdReads);
  if (typeof value !== "string") return value;
  if (/^(y|yes|on)$/i.test(value)) return true;
  if (/^(n|no|off)$/i.test(value)) return false;
  return /^[1-9]\d*(_\d+)+$/.test(value) ? Number(value.replaceAll("_", "")) : value;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const longestValue = 60;

/** For the terminal, a line a key, in columns. What a terminal would obey is made visible. */
export function differenceLines(differences: readonly KeyDifference[]): string[] {
  const rows = differences.map(({ key, ...sides }) => ({
    key: printable(key),
    from: inWords(sides.from),
    to: inWords(sides.to),
  }));
  const keyWidth = Math.max(0, ...rows.map(({ key }) => key.length));
  const fromWidth = Math.max(0, ...rows.map(({ from }) => from.length));
  return rows.map(
    ({ key, from, to }) => `${key.padEnd(keyWidth)}   ${from.padEnd(fromWidth)} -> ${to}`,
  );
}

function inWords(value: unknown): string {
  if (value === undefined) return "(not set)";
  const text = printable(JSON.stringify(value));
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
