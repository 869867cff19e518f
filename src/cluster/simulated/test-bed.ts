import { HarnessError } from "../../core/errors.js";
import type { Random } from "../../core/random.js";
import type { StartClusterOptions, StartedCluster, TestBed } from "../../core/test-bed.js";
import type { BugName } from "./bugs.js";
import { type Conditions, SimulatedCluster, usualConditions } from "./cluster.js";
import { Scheduler } from "./scheduler.js";

export interface SimulatedTestBedOptions {
  readonly nodes: number;
  readonly bugs: readonly BugName[];
  /** Of the cluster's own chances: elections, packets, disks. */
  readonly random: Random;
  readonly conditions?: Conditions;
}

/** The calendar in there begins at this time, the same for every run. */
const epochMs = Date.UTC(2000, 0, 1);
const readyMs = 30_000;

/** A whole run in virtual time: the same options and seed give the same history to the byte. */
export function simulatedTestBed(options: SimulatedTestBedOptions): TestBed {
  const { nodes, bugs, random, conditions = usualConditions } = options;
  const scheduler = new Scheduler();
  return {
    kind: "simulated",
    label: ["simulated", ...bugs].join("+"),
    caveat: caveatFor(bugs),
    about: {},
    inItsTime: (work) => scheduler.run(work),
    async start({ logsDirectory, signal }: StartClusterOptions): Promise<StartedCluster> {
      const cluster = new SimulatedCluster({
        scheduler,
        nodes,
        random,
        bugs: new Set(bugs),
        conditions,
        logsDirectory,
      });
      cluster.boot();
      await cluster.waitUntilServing(readyMs);
      if (signal.aborted) {
        throw new HarnessError(`${String(signal.reason)} came before the load began`);
      }
      return cluster;
    },
    startClock: () => scheduler.clock({ epochMs }),
  };
}

function caveatFor(bugs: readonly BugName[]): string {
  const planted = bugs.length === 0 ? "" : `, with the planted bug ${bugs.join(" and ")}`;
  return `This judges a simulated cluster in virtual time and not etcd itself${planted}.`;
}
