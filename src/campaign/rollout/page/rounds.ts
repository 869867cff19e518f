import type { LegFigures } from "./fault-bands.js";
import { legs, type LegRun } from "../rollout-record.js";

/** Of each leg and round the attempt that counts, which is the last. In the order of the legs. */
export function lastAttempts(runs: readonly LegRun[]): readonly LegRun[] {
  return legs
    .flatMap((leg) => runs.filter((run) => run.leg === leg))
    .filter((run, index, all) => {
      const later = all.slice(index + 1);
      return !later.some(({ leg, round }) => leg === run.leg && round === run.round);
    });
}

/** What was measured of a round. */
export function figuresOfRound(runs: readonly LegRun[], round: number): LegFigures {
  return new Map(
    lastAttempts(runs).flatMap(({ leg, figures, round: own }) =>
      figures && own === round ? [[leg, figures] as const] : [],
    ),
  );
}
