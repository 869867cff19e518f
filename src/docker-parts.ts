import { connectEngine } from "./cluster/docker/engine.js";
import { type EtcdConfig, readEtcdConfig } from "./cluster/docker/etcd-config.js";
import { ensureNodeImage } from "./cluster/docker/image.js";
import type { DockerParts } from "./cluster/docker/test-bed.js";
import { fetchEtcd } from "./cluster/docker/versions.js";
import type { TestOptions } from "./test-options.js";

/** What nodes run: `--etcd` and `--config`. */
interface Asked {
  readonly etcd: string;
  readonly config?: string;
}

/** Rejects with UsageError or HarnessError; nothing is left behind then. */
export async function prepareDocker(
  options: Asked & Pick<TestOptions, "changes" | "variation">,
  log: (line: string) => void,
): Promise<DockerParts> {
  // What is cheap and can be wrong comes first.
  const config = await configIn(options);
  const { changes = [], variation } = options;
  const changedConfigs = await Promise.all(changes.map(configIn));
  const variedConfig = await configIn(variation);
  const engine = await connectEngine();
  const image = await ensureNodeImage(engine, { log });
  const etcd = await fetchEtcd(options.etcd, { engine, log });
  // The same is fetched once.
  const fetched = new Map([[options.etcd, etcd]]);
  for (const { etcd: asked } of changes) {
    if (!fetched.has(asked)) fetched.set(asked, await fetchEtcd(asked, { engine, log }));
  }
  const later = changes.map(({ etcd: asked }, index) => {
    const after = changedConfigs[index];
    return { etcd: fetched.get(asked) ?? etcd, ...(after && { config: after }) };
  });
  return {
    ...{ engine, image, etcd },
    ...(config && { config }),
    ...(later.length > 0 && { changes: later }),
    ...(variation && { variation: variedConfig ? { config: variedConfig } : {} }),
  };
}

async function configIn(asked: Pick<Asked, "config"> | undefined): Promise<EtcdConfig | undefined> {
  return asked?.config === undefined ? undefined : readEtcdConfig(asked.config);
}
