/** What lies between two versions of etcd. "unknown": one of them is no version. */
export type VersionStep =
  | "none"
  | "patch"
  | "minor upgrade"
  | "minor downgrade"
  | "skips a minor version"
  | "major"
  | "unknown";

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export function versionStep(from: string, to: string): VersionStep {
  if (from === to) return "none";
  const old = parseVersion(from);
  const young = parseVersion(to);
  if (!old || !young) return "unknown";
  if (old.major !== young.major) return "major";
  const minors = young.minor - old.minor;
  if (minors === 0) return "patch";
  if (minors < 0) return "minor downgrade";
  return minors === 1 ? "minor upgrade" : "skips a minor version";
}

/** Whether a version is as new as one that is given as "3.5" or "3.5.26", or newer. */
export function isAtLeast(version: string, least: string): boolean {
  const { major, minor, patch } = parseVersion(version) ?? nothing;
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = least.split(".").map(Number);
  if (major !== wantedMajor) return major > wantedMajor;
  if (minor !== wantedMinor) return minor > wantedMinor;
  return patch >= wantedPatch;
}

const nothing: Version = { major: 0, minor: 0, patch: 0 };

function parseVersion(version: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}
