import type { BugName } from "../../cluster/simulated/bugs.js";
import { type Trial, usualTrial } from "./simulate.js";

/** How a planted bug must be found: by what load under which faults, and by which checkers. */
export interface Proof {
  readonly bug: BugName;
  readonly trial: Omit<Trial, "seed" | "bugs">;
  /** At least one of them must say so in each run that counts. */
  readonly checkers: readonly string[];
}

export const registerTrial = { ...usualTrial, timeLimitMs: 20_000 };

/** Many clients, so that some ask in the moment that matters. */
export const busyTrial = { ...usualTrial, timeLimitMs: 90_000, rate: 400, concurrency: 40 };
