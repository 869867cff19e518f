import { seededRandom } from "../../generator/seeded-random.js";
import type { BugName } from "./bugs.js";
import { type Conditions, SimulatedCluster, usualConditions } from "./cluster.js";
import { Scheduler } from "./scheduler.js";

export interface Simulation {
  readonly cluster: SimulatedCluster;
  /** Lets so much virtual time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

export interface SimulationOptions {
  readonly nodes?: number;
  readonly seed?: number;
  readonly bugs?: readonly BugName[];
  readonly conditions?: Partial<Conditions>;
}

/** A cluster that serves, for as long as the work takes. */
export function withSimulation<T>(
  { nodes = 3, seed = 1, bugs = [], conditions = {} }: SimulationOptions,
  work: (simulation: Simulation) => Promise<T>,
): Promise<T> {
  const scheduler = new Scheduler();
  const cluster = new SimulatedCluster({
    scheduler,
    nodes,
    random: seededRandom(seed),
    bugs: new Set(bugs),
    conditions: { ...usualConditions, ...conditions },
  });
  const clock = scheduler.clock({ epochMs: 0 });
  return scheduler.run(async () => {
    cluster.boot();
    await cluster.waitUntilServing(30_000);
    return work({ cluster, pass: (ms) => clock.sleep(ms), nowMs: () => clock.nowNs() / 1e6 });
  });
}
