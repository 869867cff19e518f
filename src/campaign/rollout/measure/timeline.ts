import { nearestRank } from "../../../checkers/stats.js";
import type { Operation } from "../../../core/operation.js";
import type { Stretch } from "./load.js";
import type { RunFigures } from "../rollout-record.js";

/** Each operation counts in the second of its invocation, so that all of them are in it. */
export function timelineOf(
  operations: readonly Operation[],
  load: Stretch,
): RunFigures["timeline"] {
  const seconds = Math.ceil((load.toNs - load.fromNs) / 1e9);
  const failed = new Array<number>(seconds).fill(0);
  const latencies = Array.from({ length: seconds }, (): number[] => []);
  for (const { invokedAtNs, completedAtNs = load.toNs, outcome } of operations) {
    // The timer that ends the load is a little later than the limit that it stands for.
    const second = Math.min(seconds - 1, Math.floor((invokedAtNs - load.fromNs) / 1e9));
    if (outcome.type === "ok") latencies[second]?.push((completedAtNs - invokedAtNs) / 1e6);
    else if (failed[second] !== undefined) failed[second]++;
  }
  return {
    ok: latencies.map(({ length }) => length),
    failed,
    p99Ms: latencies.map((ofSecond) => {
      if (ofSecond.length === 0) return null;
      return Number(nearestRank(new Float64Array(ofSecond).sort(), 0.99).toFixed(3));
    }),
  };
}
