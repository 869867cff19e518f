import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TlsFiles } from "../../client/etcd-client.js";
import { nodeNames, setUpName } from "../../core/cluster.js";
import { HarnessError, messageOf, UsageError } from "../../core/errors.js";
import type { LogEvent } from "../../core/history.js";
import type { EtcdBuild } from "../../core/run.js";
import type { ClusterCertificates } from "./certificates.js";
import { refuseStatic } from "./clock-linkage.js";
import { DockerCluster, type Member, type MemberSetUp } from "./cluster.js";
import { type Belongings, release } from "./cluster-cleanup.js";
import type { Engine } from "./engine.js";
import {
  clientPort,
  type EtcdConfig,
  effectiveConfig,
  paths,
  pathsAfter,
  refuseUnknownKeys,
} from "./etcd-config.js";
import { labelsFor } from "./labels.js";
import { followLog, type NodeLog, tellingLine } from "./logs.js";
import { makeNetwork, openRuntime, publishingOf } from "./network.js";
import { type DockerNode, engineCall } from "./node.js";
import { startNodeContainer } from "./node-container.js";
import { equip } from "./node-equipment.js";
import { variedConfig } from "./varied-config.js";

export type { DockerCluster } from "./cluster.js";

/** A build of etcd on this machine. */
export interface NodeEtcd extends EtcdBuild {
  /** Holds the file `etcd`, and `etcdctl` where there is one. */
  readonly directory: string;
}

export interface EtcdWithConfig {
  readonly etcd: NodeEtcd;
  /** The user's. */
  readonly config?: EtcdConfig;
}

export interface StartOptions {
  /** The run's id: names, labels and the cluster's token are made of it. */
  readonly run: string;
  readonly engine: Engine;
  readonly image: { readonly reference: string };
  /** 1, 3, 5 or 7 nodes, named n1, n2, ... */
  readonly nodes: number;
  /** What every node runs, but for those in `etcdByNode`. */
  readonly etcd: NodeEtcd;
  readonly etcdByNode?: Readonly<Record<string, NodeEtcd>>;
  /** The user's etcd-config.yml, parsed. */
  readonly config?: EtcdConfig;
  /** What nodes can be changed to, in this order. */
  readonly changes?: readonly EtcdWithConfig[];
  /** Nodes can also be changed to this configuration, else to one that ordeal makes of theirs. */
  readonly variation?: { readonly config?: EtcdConfig };
  readonly tls: boolean;
  /** Where the members' data is: on a file system in memory or on the container's disk. */
  readonly data: "tmpfs" | "disk";
  /** Each member's data is on a disk of its own, which faults can be done to. Default: false. */
  readonly ownDisks?: boolean;
  /** Each member's etcd goes by a clock of its own, which may be set wrong. Default: false. */
  readonly ownClocks?: boolean;
  /** etcdctl is put beside each member's etcd, where there is one. Default: false. */
  readonly etcdctl?: boolean;
  /** What members say to each other goes through a proxy that can hold and delay it. Default: false. */
  readonly links?: boolean;
  /** True where the cluster may be left standing. */
  readonly keep: boolean;
  /** Gets `<node>.log` for each node. */
  readonly logsDirectory: string;
  readonly onLogFinding: (finding: Omit<LogEvent, "index" | "atNs">) => void;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A container before etcd runs in it. */
interface Machine {
  readonly node: DockerNode;
  readonly build: NodeEtcd;
  readonly log: NodeLog;
  readonly copyIn: (source: string, target: string) => Promise<void>;
}

const readyMs = 30_000;

/**
 * Starts a cluster and waits until every node serves. Whatever fails, nothing is left behind.
 * Rejects with UsageError where etcd does not take the user's configuration, else HarnessError.
 */
export async function startCluster(options: StartOptions): Promise<DockerCluster> {
  if (![1, 3, 5, 7].includes(options.nodes)) {
    throw new UsageError(`A cluster has 1, 3, 5 or 7 nodes, not ${options.nodes}.`);
  }
  await refuseBadConfig(options);
  if (options.ownClocks === true)
    await refuseStatic(buildsOf(options), options.engine.architecture);
  const belongings: Belongings = { docker: options.engine.docker, containers: new Map() };
  try {
    const machines = await makeMachines(options, belongings);
    options.signal?.throwIfAborted();
    const cluster = await equipAll(options, machines, belongings);
    options.signal?.throwIfAborted();
    await cluster.boot();
    await serveOrExplain(cluster, options);
    await cluster.proveOwnClocks();
    await cluster.proveLinks();
    return cluster;
  } catch (error) {
    await release(belongings, { keep: false }, options.log);
    throw error;
  }
}

/** What can be known to be wrong without starting anything. */
async function refuseBadConfig(options: StartOptions): Promise<void> {
  const { config, changes = [], variation } = options;
  const builds = new Set([options.etcd, ...Object.values(options.etcdByNode ?? {})]);
  if (config) for (const build of builds) await refuseUnknownKeys(config, build);
  for (const change of changes) {
    if (change.config) await refuseUnknownKeys(change.config, change.etcd);
  }
  if (variation?.config) {
    for (const build of buildsOf(options)) await refuseUnknownKeys(variation.config, build);
  }
  const { overridden } = configOf(options, { name: "n1", build: options.etcd, config });
  if (overridden.length > 0) {
    options.log(`of your configuration, ordeal sets ${overridden.join(", ")} itself`);
  }
}

/** All that may ever run in the cluster. */
function buildsOf({ etcd, etcdByNode, changes = [] }: StartOptions): Set<NodeEtcd> {
  const later = changes.map((change) => change.etcd);
  return new Set([etcd, ...Object.values(etcdByNode ?? {}), ...later]);
}

interface OfNode {
  readonly name: string;
  readonly build: NodeEtcd;
  /** The user's. */
  readonly config: EtcdConfig | undefined;
}

function configOf(options: StartOptions, { name, build, config = {} }: OfNode) {
  return effectiveConfig(config, {
    name,
    members: nodeNames(options.nodes),
    token: options.run,
    tls: options.tls,
    version: build.version,
  });
}

async function makeMachines(options: StartOptions, belongings: Belongings): Promise<Machine[]> {
  const { run, engine, keep } = options;
  const publishing = publishingOf(engine.host, process.env);
  const runtime = await engineCall(
    () => openRuntime(engine, { keep, publishing }),
    "The cluster could not be started",
  );
  const network = await engineCall(
    () =>
      makeNetwork(runtime, {
        name: `ordeal-${run}`,
        labels: labelsFor(run, "network", { kept: keep }),
      }),
    "The cluster's network could not be made",
  );
  belongings.network = network;

  const settled = await Promise.allSettled(
    nodeNames(options.nodes).map(async (name): Promise<Machine> => {
      const build = options.etcdByNode?.[name] ?? options.etcd;
      const containerName = `ordeal-${run}-${name}`;
      // Noted before it is made: one that fails to start has been made all the same.
      const belonging: { log?: NodeLog } = {};
      belongings.containers.set(containerName, belonging);
      const { node, copyIn } = await engineCall(
        () =>
          startNodeContainer({
            runtime,
            docker: engine.docker,
            network,
            publishing,
            image: options.image.reference,
            name,
            containerName,
            labels: labelsFor(run, "node", { kept: keep }),
            data: options.data,
            ownDisk: options.ownDisks === true,
            etcdDirectory: build.directory,
          }),
        `${name} could not be started`,
      );
      belonging.log = await logOf(node, options);
      return { node, build, log: belonging.log, copyIn };
    }),
  );
  return settled.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

async function logOf(node: DockerNode, options: StartOptions): Promise<NodeLog> {
  const path = join(options.logsDirectory, `${node.name}.log`);
  try {
    await mkdir(options.logsDirectory, { recursive: true });
    return await followLog({
      docker: node.docker,
      container: node.container,
      path,
      onFinding: (level, line) => {
        options.onLogFinding({ node: node.name, level, line });
      },
    });
  } catch (error) {
    const reason = messageOf(error);
    throw new HarnessError(`The log of ${node.name} cannot be kept in ${path}: ${reason}.`, {
      cause: error,
    });
  }
}

async function equipAll(
  options: StartOptions,
  machines: readonly Machine[],
  belongings: Belongings,
): Promise<DockerCluster> {
  const nodes = machines.map(({ node }) => node);
  const certificates = options.tls ? await certificatesFor(nodes) : undefined;
  const members = await Promise.all(
    machines.map(async ({ node, build, log, copyIn }): Promise<Member> => {
      const setUps = setUpsOf(options, node.name, build);
      const configs = Object.fromEntries(setUps.map(({ files, config }) => [files.config, config]));
      const ownDisk = options.ownDisks === true;
      const ownClock = options.ownClocks === true;
      const hasLinks = options.links === true;
      await equip(node, { nodes, configs, certificates, ownDisk, ownClock, hasLinks });
      const binaries = new Map(setUps.map(({ files, build }) => [files.binary, build.directory]));
      binaries.delete(paths.etcd);
      for (const [path, directory] of binaries) await copyIn(join(directory, "etcd"), path);
      const source = options.etcdctl === true ? await etcdctlOf(build, options.log) : undefined;
      if (source !== undefined) await copyIn(source, paths.etcdctl);
      const etcdctl = source !== undefined;
      return { node, setUps, log, ownDisk, ownClock, hasLinks, etcdctl };
    }),
  );
  return new DockerCluster({
    members,
    tls: certificates && clientFiles(certificates),
    environment: environmentFor(options.engine.architecture),
    howToGetIn: howToGetIn(members, options),
    release: async (how) => {
      if (how.keep) await addEtcdctl(machines, options.log);
      await release(belongings, how, options.log);
    },
  });
}

interface SetUpToCopy extends MemberSetUp {
  readonly build: NodeEtcd;
}

function setUpsOf(
  options: StartOptions,
  name: string,
  first: NodeEtcd,
): readonly [SetUpToCopy, ...SetUpToCopy[]] {
  const { config, changes = [], variation } = options;
  const binaries = new Map<string, string>([[first.sha256, paths.etcd]]);
  const setUp = (of: Omit<OfNode, "name">, step: number, isVaried: boolean): SetUpToCopy => {
    const { build } = of;
    const called = setUpName(step, isVaried);
    const later = pathsAfter(called);
    // Of the same file there need not be two.
    const binary = binaries.get(build.sha256) ?? later.etcd;
    binaries.set(build.sha256, binary);
    return {
      ...{ name: called, step, isVaried, version: build.version },
      ...{ build, config: configOf(options, { name, ...of }).text },
      files: { binary, config: called === "old" ? paths.config : later.config },
    };
  };
  const steps = [
    { build: first, config },
    ...changes.map(({ etcd, config: after }) => ({ build: etcd, config: after })),
  ];
  const others = steps.slice(1).map((of, index) => setUp(of, index + 1, false));
  const varied = variation
    ? steps.map((of, step) =>
        setUp({ ...of, config: variation.config ?? variedConfig(of.config ?? {}) }, step, true),
      )
    : [];
  return [setUp({ build: first, config }, 0, false), ...others, ...varied];
}

/** Imported here and not above: half of the runs need none of it, and it is large. */
async function certificatesFor(nodes: readonly DockerNode[]): Promise<ClusterCertificates> {
  const { makeCertificates } = await import("./certificates.js");
  return makeCertificates(
    nodes.map(({ name, address, endpoint }) => ({
      name,
      address,
      host: endpoint.slice(0, endpoint.lastIndexOf(":")),
    })),
  );
}

function clientFiles({ ca, client }: ClusterCertificates): TlsFiles {
  return { ca: Buffer.from(ca), cert: Buffer.from(client.cert), key: Buffer.from(client.key) };
}

/** etcd refuses to run on processors that it does not call stable, unless it is told to. */
function environmentFor(architecture: string): string[] {
  return architecture === "amd64" ? [] : [`ETCD_UNSUPPORTED_ARCH=${architecture}`];
}

/** An etcd that ends at once was most likely given a configuration that it does not take. */
async function serveOrExplain(cluster: DockerCluster, options: StartOptions): Promise<void> {
  try {
    await cluster.waitUntilServing(readyMs, options.signal);
  } catch (error) {
    const [ended] = error instanceof HarnessError ? await cluster.ended() : [];
    if (!ended || !options.config) throw error;
    const { version } = options.etcdByNode?.[ended.node] ?? options.etcd;
    throw new UsageError(
      `etcd ${version} does not start with your configuration; it said on ${ended.node}: ${tellingLine(ended.lastLines)}`,
      { cause: error },
    );
  }
}

function howToGetIn(members: readonly Member[], { run, tls }: StartOptions): string[] {
  const scheme = tls ? "https" : "http";
  const files = `--cacert ${paths.tls}/ca.crt --cert ${paths.tls}/client.crt --key ${paths.tls}/client.key`;
  const flags = `--endpoints ${scheme}://localhost:${clientPort}${tls ? ` ${files}` : ""}`;
  return [
    `the cluster of run ${run} was left standing:`,
    ...members.map(
      ({ node }) =>
        `  ${node.name} at ${scheme}://${node.endpoint}: docker exec -it ${node.containerName} bash`,
    ),
    `  there: ETCDCTL_API=3 etcdctl ${flags} endpoint status`,
    "  when done: ordeal clean --all",
  ];
}

/** Undefined where there is none: then no cluster of it is restored from a snapshot. */
async function etcdctlOf(
  { directory, version }: NodeEtcd,
  log: StartOptions["log"],
): Promise<string | undefined> {
  const path = join(directory, "etcdctl");
  if (await isThere(path)) return path;
  log(
    `no cluster of etcd ${version} can be restored from a snapshot: there is no etcdctl in ${directory}; put it beside etcd, or choose a version that has one`,
  );
  return undefined;
}

/** Only who looks around in a cluster needs it, so it is not copied at the start. */
async function addEtcdctl(
  machines: readonly Machine[],
  log: (line: string) => void,
): Promise<void> {
  const added = machines.map(async ({ node, build, copyIn }) => {
    const source = join(build.directory, "etcdctl");
    if (!(await isThere(source))) return;
    try {
      await copyIn(source, paths.etcdctl);
    } catch (error) {
      const said = messageOf(error);
      log(`etcdctl could not be copied to ${node.name}: ${said}`);
    }
  });
  await Promise.all(added);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
