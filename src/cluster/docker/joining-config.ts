import { parse, stringify } from "yaml";
import type { OperatedMember } from "../../core/client.js";

/**
 * The effective `etcd-config.yml` of a node that joins a cluster which is there already: beside
 * itself it names the members as they are. Once the node has data, etcd reads neither of this again.
 */
export function joiningConfig(config: string, members: readonly OperatedMember[]): string {
  const joining = {
    ...(parse(config) as Record<string, unknown>),
    "initial-cluster": members.flatMap(addressesOf).join(","),
    "initial-cluster-state": "existing",
  };
  return stringify(joining, { version: "1.1" });
}

/** Where the others reach the node. */
export function peerUrlOf(config: string): string {
  const { "initial-advertise-peer-urls": url } = parse(config) as Record<string, unknown>;
  return String(url);
}

/** One that was never started has no name yet: its host is called as its node. */
function addressesOf({ name, peerUrls }: OperatedMember): string[] {
  return peerUrls.map((url) => `${name === "" ? new URL(url).hostname : name}=${url}`);
}
