import { type Capability, type Cluster, capabilities, reconfiguring } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import { isAtLeast } from "../core/version-step.js";
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

/**
 * Refuses a workload whose clients change the members where the cluster or its etcd cannot do that, or
 * where a nemesis would do the same. One that chooses among several leaves those out by itself.
 */
export function requireMembership(
  cluster: Pick<Cluster, "kind" | "capabilities">,
  { name: workload, changesMembers }: Pick<Workload, "name" | "changesMembers">,
  nemeses: readonly Nemesis[],
): void {
  if (changesMembers !== true) return;
  if (!cluster.capabilities.has("membership")) {
    throw new UsageError(
      `the workload "${workload}" needs what this ${cluster.kind} cluster cannot do: ${describe("membership")}`,
    );
  }
  const rival = nemeses.find(({ needs }) => needs.some((need) => reconfiguring.has(need)));
  if (!rival) return;
  throw new UsageError(
    `the nemesis "${rival.name}" adds and removes members, and so does the workload "${workload}", which would be in its way: take one of them alone`,
  );
}

/** Refuses a workload that asks for what the oldest member does not know. */
export function requireVersion(
  { name, leastVersion }: Pick<Workload, "name" | "leastVersion">,
  versions: readonly string[],
): void {
  const old = versions.find((version) => !isAtLeast(version, leastVersion ?? "0.0"));
  if (old === undefined) return;
  throw new UsageError(
    `the workload "${name}" needs etcd ${leastVersion ?? ""} or newer, and the cluster runs ${old}: choose another with --etcd`,
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
