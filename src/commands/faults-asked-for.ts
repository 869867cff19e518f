import { nemeses } from "../../nemeses/index.js";
import { workloads } from "../../workloads/index.js";
import type { Capability } from "../core/cluster.js";

/**
 * What is going to be done to the nodes of a run, by these nemeses or by the workload's own clients:
 * they are made for it.
 */
export function faultsAskedFor(
  names: readonly string[],
  { workload }: { readonly workload?: string } = {},
): ReadonlySet<Capability> {
  const asked = names.flatMap((name) => nemeses[name] ?? []);
  const byClients = workload === undefined ? undefined : workloads[workload]?.needs;
  return new Set([
    ...asked.flatMap(({ needs, parts = [] }) => [needs, ...parts.map((p) => p.needs)].flat()),
    ...(byClients ?? []),
  ]);
}
