import type { Random } from "../../core/random.js";

/** How long something is under way, in milliseconds. */
export interface Delay {
  readonly least: number;
  /** The mean: above the least it is distributed exponentially. */
  readonly typical: number;
}

/** One of that distribution, in nanoseconds. */
export function drawDelayNs(random: Random, { least, typical }: Delay): number {
  return 1e6 * (least - Math.log(1 - random.fraction()) * (typical - least));
}
