import type { FaultRecord } from "../../../core/history.js";
import type { Stretch } from "./load.js";
import { countBelow } from "./sorted.js";

/** So long after a fault was seen to be over, what it left behind may still show. */
const settlingNs = 1e9;

export interface CalmTime {
  readonly seconds: number;
  /** By their times. */
  readonly stretches: readonly Stretch[];
  /** True where all of it lies in one calm stretch. `toNs` itself may be the stretch's end. */
  holds(span: Stretch): boolean;
}

/**
 * While no fault was in force, nor had been a second before. A fault that was not seen to be over
 * lasts until the load's end: nobody knows when it was.
 */
export function calmTime(faults: readonly FaultRecord[], load: Stretch): CalmTime {
  const stretches = between(faults.map(troubled), load);
  const begins = Float64Array.from(stretches, ({ fromNs }) => fromNs);
  return {
    stretches,
    seconds: stretches.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0) / 1e9,
    holds({ fromNs, toNs }) {
      // The last one that begins no later.
      const stretch = stretches[countBelow(begins, fromNs + 1) - 1];
      return stretch !== undefined && fromNs < stretch.toNs && toNs <= stretch.toNs;
    },
  };
}

function troubled({ injectedAtNs, overAtNs = Infinity }: FaultRecord): Stretch {
  return { fromNs: injectedAtNs, toNs: overAtNs + settlingNs };
}

/** What is left of the load without these stretches, which may overlap. */
function between(taken: readonly Stretch[], load: Stretch): Stretch[] {
  const left: Stretch[] = [];
  let freeFromNs = load.fromNs;
  for (const { fromNs, toNs } of taken.toSorted((a, b) => a.fromNs - b.fromNs)) {
    if (fromNs > freeFromNs && freeFromNs < load.toNs) {
      left.push({ fromNs: freeFromNs, toNs: Math.min(fromNs, load.toNs) });
    }
    freeFromNs = Math.max(freeFromNs, toNs);
  }
  if (freeFromNs < load.toNs) left.push({ fromNs: freeFromNs, toNs: load.toNs });
  return left;
}
