import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogEvent } from "../../core/history.js";
import { connectEngine } from "./engine.js";
import { reconfiguredConfig } from "./etcd-config.js";
import { ensureNodeImage } from "./image.js";
import { type DockerCluster, type StartOptions, startCluster } from "./start-cluster.js";
import { fetchEtcd } from "./versions.js";

/** What a test may want otherwise. */
export interface Wishes extends Partial<Omit<StartOptions, "etcd">> {
  /** As `--etcd` takes it. */
  readonly etcd?: string;
}

export interface Surroundings {
  /** What the node's log file holds at the moment. */
  readonly logOf: (node: string) => Promise<string>;
  readonly findings: readonly Omit<LogEvent, "index" | "atNs">[];
  /** What was said to people. */
  readonly said: readonly string[];
}

let runs = 0;

/** Starts a real cluster, hands it over, and takes it down whatever happens. */
export async function withCluster(
  wishes: Wishes,
  use: (cluster: DockerCluster, surroundings: Surroundings) => Promise<void>,
): Promise<void> {
  const said: string[] = [];
  const findings: Omit<LogEvent, "index" | "atNs">[] = [];
  const log = (line: string) => {
    said.push(line);
  };
  const logsDirectory = await mkdtemp(join(tmpdir(), "ordeal-logs-"));
  try {
    const engine = await connectEngine();
    const cluster = await startCluster({
      run: `test-${process.pid}-${++runs}`,
      engine,
      image: await ensureNodeImage(engine, { log }),
      nodes: 3,
      tls: false,
      data: "tmpfs",
      keep: false,
      config: reconfiguredConfig,
      logsDirectory,
      onLogFinding: (finding) => {
        findings.push(finding);
      },
      log,
      ...wishes,
      etcd: await fetchEtcd(wishes.etcd ?? "3.5.30", { engine, log }),
    });
    try {
      const logOf = (node: string) => readFile(join(logsDirectory, `${node}.log`), "utf8");
      await use(cluster, { logOf, findings, said });
    } finally {
      await cluster.stop({ keep: false });
    }
  } finally {
    await rm(logsDirectory, { recursive: true });
  }
}

/** Containers and networks of this process's clusters that are there at the moment. */
export async function leftovers(run: string): Promise<string[]> {
  const { docker } = await connectEngine();
  const filters = { label: [`ordeal=${run}`] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  return [...containers.map(({ Id: id }) => id), ...networks.map(({ Id: id }) => id)];
}
