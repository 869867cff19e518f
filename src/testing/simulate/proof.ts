import type { BugName } from "../../cluster/simulated/bugs.js";
import { usualConditions } from "../../cluster/simulated/cluster.js";
import { type Trial, usualTrial } from "./simulate.js";

/** How a planted bug must be found: by what load under which faults, and by which checkers. */
export interface Proof {
  readonly bug: BugName;
  readonly trial: Omit<Trial, "seed" | "bugs">;
  /** At least one of them must say so in each run that counts. */
  readonly checkers: readonly string[];
  /** What they find is about members, and there is no operation to look at. */
  readonly namesNoOperations?: true;
}

export const registerTrial = { ...usualTrial, timeLimitMs: 20_000 };

/** Many clients, so that some ask in the moment that matters. */
export const busyTrial = { ...usualTrial, timeLimitMs: 90_000, rate: 400, concurrency: 40 };

const slowDisks = { ...usualConditions, diskSyncMs: { least: 5, most: 60 } };

/** A write that was acknowledged and not synced can be lost. */
export const powerFailureTrial = {
  ...registerTrial,
  // With others, one that kept its power has the write and wins the election.
  nodes: 1,
  nemeses: ["power-failure"],
  nemesisIntervalMs: 1_000,
  timeLimitMs: 60_000,
  conditions: slowDisks,
};
