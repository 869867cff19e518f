import { Buffer } from "node:buffer";
import type { ClusterCertificates } from "./certificates.js";
import { makeOwnClock } from "./clock.js";
import { paths } from "./etcd-config.js";
import { firewallSetUp } from "./firewall.js";
import { linksSetUp } from "./links/links.js";
import { type DockerNode, runScript } from "./node.js";
import { makeOwnDisk } from "./own-disk.js";

export interface Equipment {
  /** All nodes of the cluster. */
  readonly nodes: readonly DockerNode[];
  /** Of the node's `etcd-config.yml`, by path. */
  readonly configs: Readonly<Record<string, string>>;
  readonly certificates: ClusterCertificates | undefined;
  /** Its data is to be on a disk of its own. */
  readonly ownDisk: boolean;
  /** Its etcd is to go by a clock of its own. */
  readonly ownClock: boolean;
  /** What its etcd and its peers say to each other is to go through a proxy. */
  readonly hasLinks: boolean;
}

/**
 * Puts into a node's container what can only be known once all containers run: everybody's
 * address, certificates for it, the configuration, and the chains in which cuts will be.
 */
export async function equip(node: DockerNode, equipment: Equipment): Promise<void> {
  const { nodes, configs, certificates, ownDisk, ownClock, hasLinks } = equipment;
  const files = { ...configs, ...certificateFiles(node.name, certificates) };
  // Names that need no asking: the engine's name server is not what is being tested.
  const hosts = nodes.map(({ name, address }) => `${address} ${name}`).join("\n");
  const peers = nodes.filter(({ name }) => name !== node.name).map(({ address }) => address);
  const script = [
    "set -e",
    "umask 077",
    `mkdir -p ${paths.tls} ${paths.data}`,
    ...(ownDisk ? [makeOwnDisk] : []),
    ...(ownClock ? [makeOwnClock] : []),
    ...Object.entries(files).map(([path, text]) => `${decoded(text)} > ${path}`),
    `${decoded(`${hosts}\n`)} >> /etc/hosts`,
    firewallSetUp(peers),
    ...(hasLinks ? [linksSetUp(peers)] : []),
  ].join("\n");
  await runScript(node, script, `${node.name} could not be made ready for etcd`);
}

function certificateFiles(
  name: string,
  certificates: ClusterCertificates | undefined,
): Readonly<Record<string, string>> {
  const own = certificates?.nodes.get(name);
  if (!certificates || !own) return {};
  return {
    [`${paths.tls}/ca.crt`]: certificates.ca,
    [`${paths.tls}/server.crt`]: own.server.cert,
    [`${paths.tls}/server.key`]: own.server.key,
    [`${paths.tls}/peer.crt`]: own.peer.cert,
    [`${paths.tls}/peer.key`]: own.peer.key,
    // For those who look around in a cluster that was kept.
    [`${paths.tls}/client.crt`]: certificates.client.cert,
    [`${paths.tls}/client.key`]: certificates.client.key,
  };
}

/** Text that arrives as it is, whatever a shell would make of it. */
function decoded(text: string): string {
  return `echo ${Buffer.from(text).toString("base64")} | base64 -d`;
}
