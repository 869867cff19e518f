import { parse } from "yaml";
import { z } from "zod";
import { HarnessError } from "../../../core/errors.js";
import { type EtcdConfig, paths } from "../etcd-config.js";
import { type DockerNode, runScript } from "../node.js";

/** Where a snapshot lies in a node's container, and the data folder that is made from it. */
export const snapshotPath = "/var/lib/ordeal-snapshot.db";
export const unpackedPath = "/var/lib/ordeal-restored";

const etcdctl = `ETCDCTL_API=3 ${paths.etcdctl}`;

const statusShape = z.object({ revision: z.number().int().positive() });

/** The newest revision whose write the snapshot holds. Rejects with HarnessError where it is none. */
export async function revisionOfSnapshot(node: DockerNode): Promise<number> {
  const what = `The snapshot on ${node.name} could not be looked at`;
  const said = await runScript(node, `${etcdctl} snapshot status ${snapshotPath} -w json`, what);
  try {
    return statusShape.parse(JSON.parse(said)).revision;
  } catch (cause) {
    throw new HarnessError(`${what}: etcdctl said ${said.trim()}`, { cause });
  }
}

/**
 * Makes a data folder of a member of a new cluster out of the snapshot; etcdctl holds that against
 * its SHA-256. `config` is the node's own: who the members are, and where they are reached, stays.
 */
export async function unpackSnapshot(
  node: DockerNode,
  { config, token }: { readonly config: string; readonly token: string },
): Promise<void> {
  const own = parse(config) as EtcdConfig;
  const flag = (name: string) => `--${name} '${String(own[name])}'`;
  const flags = ["name", "initial-cluster", "initial-advertise-peer-urls"].map(flag).join(" ");
  const script = `rm -rf ${unpackedPath}
${etcdctl} snapshot restore ${snapshotPath} ${flags} --initial-cluster-token '${token}' --data-dir ${unpackedPath} >&2 || exit 1
[ -d ${unpackedPath}/member/wal ]`;
  await runScript(node, script, `No data could be made of the snapshot on ${node.name}`);
}

/** Synced, so that no later loss of power takes what was restored. Safe to call twice. */
export async function moveDataIn(node: DockerNode): Promise<void> {
  const script = `set -e
rm -rf ${paths.data}/member
cp -a ${unpackedPath}/member ${paths.data}/
sync -f ${paths.data}`;
  await runScript(node, script, `What was restored could not be put in place on ${node.name}`);
}
