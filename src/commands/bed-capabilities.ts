import { dockerCapabilities } from "../cluster/docker/capabilities.js";
import { simulatedCapabilities } from "../cluster/simulated/capabilities.js";
import type { Capability } from "../core/cluster.js";

/**
 * What can be done to each kind of cluster, by its name. Apart from the clusters themselves, which
 * take a while to load: a list and a refusal need none.
 */
export const bedCapabilities = {
  docker: dockerCapabilities,
  simulated: simulatedCapabilities,
} as const satisfies Readonly<Record<string, ReadonlySet<Capability>>>;

export type BedName = keyof typeof bedCapabilities;

/** The kinds of cluster that can do all of this. */
export function bedsThatCan(needs: readonly Capability[]): string[] {
  return Object.entries<ReadonlySet<Capability>>(bedCapabilities)
    .filter(([, able]) => needs.every((need) => able.has(need)))
    .map(([name]) => name);
}
