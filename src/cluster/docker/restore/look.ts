import { RequestError } from "../../../core/client.js";
import type { Proof } from "../../../core/proof.js";
import { paths } from "../etcd-config.js";
import type { Machines } from "../harms/machines.js";
import { type DockerNode, type EtcdProcess, etcdProcesses, listEtcd, runScript } from "../node.js";

/** What was there before the cluster was destroyed. */
export interface Before {
  readonly clusterId: string;
  readonly memberIds: readonly string[];
  /** The etcd processes of the node. */
  readonly were: readonly EtcdProcess[];
  /** The newest that the snapshot holds. */
  readonly revision: number;
}

const askMs = 1_000;

/** That neither a process nor any data is left. */
export async function lookAtDestroyed(node: DockerNode): Promise<Proof> {
  const script = `${listEtcd}\nlist_etcd | head -n 1; ls -A ${paths.data} | head -n 3`;
  const said = (await runScript(node, script, `${node.name} could not be looked at`)).trim();
  if (said === "") return { holds: true, evidence: `${node.name} has neither etcd nor data` };
  const evidence = said.startsWith("etcd ")
    ? `etcd still runs on ${node.name}`
    : `${node.name} still has data: ${said.replaceAll("\n", ", ")}`;
  return { holds: false, evidence };
}

/** That another process runs, as another member of another cluster, on the snapshot. */
export async function lookAtRestored(
  machines: Machines,
  node: string,
  before: Before,
): Promise<Proof> {
  const no = (evidence: string): Proof => ({ holds: false, evidence });
  const [process] = await etcdProcesses(machines.machine(node));
  if (!process) return no(`no etcd runs on ${node}`);
  const isOld = before.were.some(
    ({ pid, startTicks }) => pid === process.pid && startTicks === process.startTicks,
  );
  if (isOld) return no(`etcd on ${node} is the process of before`);
  const client = machines.connect(node, { timeoutMs: askMs });
  try {
    const { header } = await client.range({ key: "ordeal/restore" });
    const { clusterId, revision } = header;
    if (clusterId === before.clusterId) return no(`${node} is in the cluster ${clusterId} still`);
    if (revision < before.revision) {
      return no(`${node} is at revision ${revision}, before the snapshot's ${before.revision}`);
    }
    const { members } = await client.memberList();
    const names = members.map(({ name }) => name).sort();
    const isSame = names.join() === [...machines.nodes].sort().join();
    if (!isSame || members.some(({ id }) => before.memberIds.includes(id))) {
      return no(`${node} knows other members: ${members.map(({ id }) => id).join(", ")}`);
    }
    return {
      holds: true,
      evidence: `${node} serves in the new cluster ${clusterId} (before: ${before.clusterId}) at revision ${revision}, restored at ${before.revision}`,
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return no(`${node} does not serve: ${error.facts.details}`);
  } finally {
    client.close();
  }
}
