import { connectEngine } from "./cluster/docker/engine.js";
import { readEtcdConfig } from "./cluster/docker/etcd-config.js";
import { ensureNodeImage } from "./cluster/docker/image.js";
import type { DockerParts } from "./cluster/docker/test-bed.js";
import { fetchEtcd } from "./cluster/docker/versions.js";

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
