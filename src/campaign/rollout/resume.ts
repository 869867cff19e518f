import { isDeepStrictEqual } from "node:util";
import { type LegRun, legs, type RolloutRecord } from "./rollout-record.js";

/** What a rollout asks; two that ask the same can be one. */
export type Question = Pick<RolloutRecord, "command" | "from" | "to" | "differences">;

export interface ToResume {
  readonly seed: number;
  /** Of whole rounds. */
  readonly runs: readonly LegRun[];
}

/**
 * What an earlier rollout that did not come to its end has for this one: the runs of its whole rounds.
 * Of a round that was cut short nothing is taken, since its runs are compared with each other.
 * Undefined where it asked something else or was ended by what it found. `seed` is undefined where
 * any will do.
 */
export function resumable(
  record: RolloutRecord,
  asked: Question,
  seed: number | undefined,
): ToResume | undefined {
  const { endedEarly, runs } = record;
  if (!endedEarly || endedEarly.by === "violation") return undefined;
  if (seed !== undefined && seed !== record.seed) return undefined;
  if (!isDeepStrictEqual(withoutSeed(record), withoutSeed(asked))) return undefined;
  return { seed: record.seed, runs: runsOfWholeRounds(runs) };
}

function withoutSeed({ command, from, to, differences }: Question) {
  // As JSON has it, which the record was.
  return JSON.parse(
    JSON.stringify({ command: command.replace(/ --seed \d+/, ""), from, to, differences }),
  ) as unknown;
}

function runsOfWholeRounds(runs: readonly LegRun[]): LegRun[] {
  const isWhole = (round: number) =>
    legs.every((leg) =>
      runs.some((run) => run.round === round && run.leg === leg && run.outcome !== "failed"),
    );
  const whole: LegRun[] = [];
  for (let round = 1; isWhole(round); round++) {
    whole.push(...runs.filter((run) => run.round === round));
  }
  return whole;
}
