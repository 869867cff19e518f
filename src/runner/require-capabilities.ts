import { type Capability, type Cluster, capabilities } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import type { Workload } from "../core/workload.js";

/** Refuses a nemesis that the cluster cannot carry out, before anything is driven. */
export function requireCapabilities(
  cluster: Pick<Cluster, "kind" | "capabilities" | "nodes">,
  nemeses: readonly Nemesis[],
): void {
  for (const { name, needs } of nemeses) {
    const missing = needs.filter((need) => !cluster.capabilities.has(need));
    if (missing.length > 0) {
      throw new UsageError(
        `the nemesis "${name}" needs what this ${cluster.kind} cluster cannot do: ${missing.map(describe).join("; ")}`,
      );
    }
  }
  requireNodes(nemeses, cluster.nodes.length);
}

/**
 * Refuses a nemesis whose faults the workload's checkers could not tell from broken promises. One that
 * chooses among several kinds of fault leaves those out by itself.
 */
export function requireTolerance(
  {
    name: workload,
    toleratesRewind,
    whyNoRewind,
  }: Pick<Workload, "name" | "toleratesRewind" | "whyNoRewind">,
  nemeses: readonly Nemesis[],
): void {
  const rewinding = nemeses.find(({ rewinds }) => rewinds === true);
  if (!rewinding || toleratesRewind === true) return;
  throw new UsageError(
    `the nemesis "${rewinding.name}" sets the cluster back to an older state, and what the workload "${workload}" asks for cannot be judged across that${whyNoRewind === undefined ? "" : `: ${whyNoRewind}`}`,
  );
}

function requireNodes(nemeses: readonly Nemesis[], nodes: number): void {
  for (const { name, minNodes = 1 } of nemeses) {
    if (nodes < minNodes) {
      throw new UsageError(
        `the nemesis "${name}" needs at least ${minNodes} nodes, and the cluster has ${nodes}`,
      );
    }
  }
}

function describe(need: Capability): string {
  return `${need} (${capabilities[need]})`;
}
