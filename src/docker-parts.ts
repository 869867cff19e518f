import { connectEngine } from "./cluster/docker/engine.js";
import { type EtcdConfig, readEtcdConfig } from "./cluster/docker/etcd-config.js";
import { ensureNodeImage } from "./cluster/docker/image.js";
import type { DockerParts } from "./cluster/docker/test-bed.js";
import { fetchEtcd } from "./cluster/docker/versions.js";

/** What nodes run: `--etcd` and `--config`. */
interface Asked {
  readonly etcd: string;
  readonly config?: string;
}

/** Rejects with UsageError or HarnessError; nothing is left behind then. */
export async function prepareDocker(
  options: Asked & { readonly change?: Asked },
  log: (line: string) => void,
): Promise<DockerParts> {
  // What is cheap and can be wrong comes first.
  const config = await configIn(options);
  const changedConfig = await configIn(options.change);
  const engine = await connectEngine();
  const image = await ensureNodeImage(engine, { log });
  const etcd = await fetchEtcd(options.etcd, { engine, log });
  const parts = { engine, image, etcd, ...(config && { config }) };
  if (!options.change) return parts;
  const isOther = options.change.etcd !== options.etcd;
  const changed = isOther ? await fetchEtcd(options.change.etcd, { engine, log }) : etcd;
  return {
    ...parts,
    changeTo: { etcd: changed, ...(changedConfig && { config: changedConfig }) },
  };
}

async function configIn(asked: Asked | undefined): Promise<EtcdConfig | undefined> {
  return asked?.config === undefined ? undefined : readEtcdConfig(asked.config);
}
