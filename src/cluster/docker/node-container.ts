import { join } from "node:path";
import type Docker from "dockerode";
import type { StartedNetwork } from "testcontainers";
import { HarnessError } from "../../core/errors.js";
import { clientPort, paths } from "./etcd-config.js";
import type { Publishing, Runtime } from "./network.js";
import type { DockerNode } from "./node.js";
import { ownDiskCapability, ownDiskFolder, ownDiskHostConfig } from "./own-disk.js";

export interface NodeContainerOptions {
  readonly runtime: Runtime;
  readonly docker: Docker;
  readonly network: StartedNetwork;
  readonly publishing: Publishing;
  readonly image: string;
  readonly name: string;
  readonly containerName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: "tmpfs" | "disk";
  /** The data is on a disk of the node's own, which faults can be done to. */
  readonly ownDisk: boolean;
  /** Holds the file `etcd`. */
  readonly etcdDirectory: string;
}

export interface StartedNode {
  readonly node: DockerNode;
  /** Copies a program from this machine into the container. */
  readonly copyIn: (source: string, target: string) => Promise<void>;
}

/**
 * Makes and starts a node's machine: a container whose main process does nothing, so that it
 * outlives etcd, and its address, published port, firewall and disk with it.
 */
export async function startNodeContainer(options: NodeContainerOptions): Promise<StartedNode> {
  const { network, name, docker } = options;
  const started = await describe(options).start();
  const container = docker.getContainer(started.getId());
  const address = started.getIpAddress(network.getName());
  if (!address) {
    throw new HarnessError(`${name} got no address in the network ${network.getName()}.`);
  }
  const node = {
    name,
    docker,
    container,
    containerName: options.containerName,
    address,
    endpoint: `${options.publishing.host}:${started.getMappedPort(clientPort)}`,
  };
  return {
    node,
    copyIn: (source, target) => started.copyFilesToContainer([{ source, target, mode: 0o755 }]),
  };
}

function describe(options: NodeContainerOptions) {
  const { network, publishing, name, labels } = options;
  const { GenericContainer } = options.runtime.testcontainers;

  /** What testcontainers has no words for. */
  class NodeContainer extends GenericContainer {
    constructor(image: string) {
      super(image);
      const port = `${clientPort}/tcp`;
      this.createOpts.NetworkingConfig = {
        EndpointsConfig: { [network.getName()]: { Aliases: [name] } },
      };
      this.createOpts.ExposedPorts = { [port]: {} };
      if (options.ownDisk) Object.assign(this.hostConfig, ownDiskHostConfig);
      this.hostConfig.PortBindings = { [port]: [{ HostIp: publishing.bindAddress, HostPort: "" }] };
      this.exposedPorts = [clientPort];
      // There is nothing to wait for: readiness is etcd's affair, and etcd is asked for it.
      this.waitStrategy = ready;
    }
  }

  const container = new NodeContainer(options.image)
    .withName(options.containerName)
    .withHostname(name)
    .withNetwork(network)
    .withEntrypoint(["tini"])
    .withCommand(["--", "sleep", "infinity"])
    .withAddedCapabilities("NET_ADMIN", ...(options.ownDisk ? [ownDiskCapability] : []))
    .withLabels({ ...labels })
    // Logs are read back from the engine, which not every driver allows.
    .withDefaultLogDriver()
    .withAutoCleanup(options.runtime.hasReaper)
    .withCopyFilesToContainer([
      { source: join(options.etcdDirectory, "etcd"), target: paths.etcd, mode: 0o755 },
    ]);
  const dataFolder = options.ownDisk ? ownDiskFolder : paths.data;
  return options.data === "tmpfs" ? container.withTmpFs({ [dataFolder]: "mode=0700" }) : container;
}

const ready = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => ready,
  isStartupTimeoutSet: () => false,
  getStartupTimeout: () => 60_000,
};
