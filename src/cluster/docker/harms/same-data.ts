import { type MemberClient, RequestError } from "../../../core/client.js";
import type { Proof } from "../../../core/cluster.js";
import type { Machines } from "./machines.js";

const askMs = 1_000;
/** Reads on it write nothing, so that nobody's history knows of it. */
const readKey = "ordeal/same-data";

/**
 * That the member keeps what another one keeps: a hash of all that each has up to one revision which
 * both have applied. The other runs the same etcd, since versions hash differently.
 */
export async function proveSameData(machines: Machines, node: string): Promise<Proof> {
  try {
    const other = await comparableTo(machines, node);
    if (other === undefined) {
      return { holds: true, evidence: "no other member runs the same etcd to compare hashes with" };
    }
    return await withClients(machines, [node, other], compareHashes);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { peer, details } = error.facts;
    return { holds: false, evidence: `${peer} could not be asked for its hash: ${details}` };
  }
}

/** One that works and does not differ in its etcd. */
async function comparableTo(machines: Machines, node: string): Promise<string | undefined> {
  const { version } = await machines.status(node, askMs);
  for (const other of machines.nodes) {
    const { process, cut } = machines.state(other);
    if (other === node || process !== "running" || cut.length > 0) continue;
    if ((await machines.status(other, askMs)).version === version) return other;
  }
  return undefined;
}

async function compareHashes(clients: readonly MemberClient[]): Promise<Proof> {
  const reads = await Promise.all(clients.map((client) => client.range({ key: readKey })));
  const revision = Math.min(...reads.map(({ header }) => header.revision));
  const hashes = await Promise.all(clients.map((client) => client.hashKv({ revision })));
  const names = clients.map((client) => client.node).join(" and ");
  const [compacted, ...others] = new Set(hashes.map(({ compactRevision }) => compactRevision));
  if (others.length > 0) {
    const evidence = `${names} cannot be compared: one was compacted up to revision ${compacted ?? 0}, the other up to ${others[0] ?? 0}`;
    return { holds: false, evidence };
  }
  const holds = new Set(hashes.map(({ hash }) => hash)).size === 1;
  const what = hashes.map(({ hash }) => hash).join(" and ");
  return {
    holds,
    evidence: holds
      ? `${names} have the same hash at revision ${revision}`
      : `${names} differ at revision ${revision}: their hashes are ${what}`,
  };
}

async function withClients<T>(
  machines: Machines,
  nodes: readonly string[],
  use: (clients: readonly MemberClient[]) => Promise<T>,
): Promise<T> {
  const clients = nodes.map((node) => machines.connect(node, { timeoutMs: askMs }));
  try {
    return await use(clients);
  } finally {
    for (const client of clients) client.close();
  }
}
