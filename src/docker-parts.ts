import { randomBytes } from "node:crypto";
import { connectEngine, type Engine } from "./cluster/docker/engine.js";
import { readEtcdConfig } from "./cluster/docker/etcd-config.js";
import { ensureNodeImage, type NodeImage } from "./cluster/docker/image.js";
import { fetchEtcd, type StoredEtcd } from "./cluster/docker/versions.js";

/** What must be at hand before a cluster can be started. */
export interface DockerParts {
  readonly engine: Engine;
  readonly image: NodeImage;
  readonly etcd: StoredEtcd;
  /** The user's etcd-config.yml, parsed. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Rejects with UsageError or HarnessError; nothing is left behind then. */
export async function prepareDocker(
  options: { readonly etcd: string; readonly config?: string },
  log: (line: string) => void,
): Promise<DockerParts> {
  // What is cheap and can be wrong comes first.
  const config = options.config === undefined ? undefined : await readEtcdConfig(options.config);
  const engine = await connectEngine();
  const image = await ensureNodeImage(engine, { log });
  const etcd = await fetchEtcd(options.etcd, { engine, log });
  return { engine, image, etcd, ...(config && { config }) };
}

/** Unique without coordination, and readable: the time to the second and a little chance. */
export function newRunId(wallTime: string): string {
  const time = wallTime.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${time}-${randomBytes(2).toString("hex")}`;
}
