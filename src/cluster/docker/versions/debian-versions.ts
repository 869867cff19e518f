/**
 * The etcd of each Debian release, oldest first. Stable releases keep theirs; sid moves on, so what
 * was fetched from it is asked for its version. All four run on the node image's libc.
 */
export const debianVersions = [
  { suite: "bullseye", version: "3.3.25" },
  { suite: "bookworm", version: "3.4.23" },
  { suite: "trixie", version: "3.5.16" },
  { suite: "sid", version: "3.5.30" },
] as const;

/** Names that `debian:SUITE` may have here; any other is taken for an image of Debian's. */
export const debianSuites: readonly string[] = [
  ...debianVersions.map(({ suite }) => suite),
  "forky",
  "stable",
  "testing",
  "unstable",
];
