import {
  type Comparison,
  type EarlyEnd,
  type Leg,
  legs,
  type LegRun,
  type Remark,
} from "../rollout-record.js";

/** All that a rollout is judged by. */
export interface Evidence {
  /** In the order in which they were made; of a leg and round, the last attempt comes last. */
  readonly runs: readonly LegRun[];
  readonly comparisons: readonly Comparison[];
  readonly remarks: readonly Remark[];
  /** How many were asked for. */
  readonly rounds: number;
  /** Why it ended before all rounds were made. */
  readonly endedEarly?: EarlyEnd;
  /** Undefined where every node goes back; else why one is never changed. */
  readonly pointOfNoReturn?: string;
}

export interface NeededRun {
  readonly leg: Leg;
  readonly round: number;
  /** The last attempt; undefined where there was none. */
  readonly run: LegRun | undefined;
}

/** A run of each leg in each round that was asked for. */
export function neededRuns({ runs, rounds }: Evidence): NeededRun[] {
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    legs.map((leg) => ({
      leg,
      round,
      run: runs.findLast((each) => each.leg === leg && each.round === round),
    })),
  );
}
