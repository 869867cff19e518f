import type { Proof } from "../src/core/cluster.js";

/**
 * Does something to several nodes at once. All are tried, whatever happens to some; then the first
 * failure is thrown, so that a fault that was done by half can be told and healed.
 */
export async function forEachNode(
  nodes: readonly string[],
  act: (node: string) => Promise<void>,
): Promise<void> {
  const settled = await Promise.allSettled(nodes.map(act));
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
}

/** Holds where it holds for each node. Where it does not, the evidence is of those nodes alone. */
export async function proveForEach(
  nodes: readonly string[],
  prove: (node: string) => Promise<Proof>,
): Promise<Proof> {
  const proofs = await Promise.all(nodes.map(prove));
  const broken = proofs.filter(({ holds }) => !holds);
  const telling = broken.length > 0 ? broken : proofs;
  return {
    holds: broken.length === 0,
    evidence: telling.map(({ evidence }) => evidence).join("; "),
  };
}
