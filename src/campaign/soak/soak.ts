import type { Clock } from "../../core/clock.js";
import type { Cell, EndOfNight, Night, NightRun } from "./night.js";

/** When a night is over; one of the two, or both. */
export interface Budget {
  readonly runs?: number;
  /** Of running, over all starts of the same night. */
  readonly forMs?: number;
}

export interface SoakPlan {
  readonly budget: Budget;
  readonly untilFailure: boolean;
  readonly shard?: { readonly part: number; readonly of: number };
  /** Without end. */
  readonly cellOf: (number: number) => Cell;
  readonly seedOf: (number: number) => number;
  /** How long one run takes at least: none is begun that could not end in time. */
  readonly leastRunMs: number;
}

/** What a run's process left. */
export type RunResult = Omit<NightRun, "number" | "cell" | "seed" | "attempt" | "kept">;

/** Everything outside that a night has to do with. */
export interface SoakHost {
  readonly clock: Clock;
  /** Ends the night in order: the run that goes on is healed, judged and counted. */
  readonly signal: AbortSignal;
  /** Never rejects for what comes of a run. */
  readonly run: (cell: Cell, seed: number) => Promise<RunResult>;
  /** Of a run that does not count nothing is left. */
  readonly discard: (result: RunResult) => Promise<void>;
  /** Leaves of the run's folder what is to be kept of it. */
  readonly keep: (run: NightRun) => Promise<NightRun>;
  /** Takes away of old runs where there is too much. */
  readonly makeRoom: (night: Night) => Promise<{ readonly night: Night; readonly isFull: boolean }>;
  /** The night has got a run, or ended. */
  readonly changed: (night: Night) => Promise<void>;
}

/**
 * A night: run after run, each a process of its own, so that whatever one of them does to itself is
 * no trouble of the next one's and memory stays what it was. Goes on where `night` ends. Resolves
 * to the night with all its runs and why it ended.
 */
export async function soak(begun: Night, plan: SoakPlan, host: SoakHost): Promise<Night> {
  const { clock, signal } = host;
  let night = begun;
  const spentMs = begun.runs.reduce((sum, { wallMs }) => sum + wallMs, 0);
  const startedNs = clock.nowNs();
  const elapsedMs = () => spentMs + (clock.nowNs() - startedNs) / 1e6;

  async function add(run: NightRun): Promise<EndOfNight | undefined> {
    const runs = [...night.runs, await host.keep(run)];
    const room = await host.makeRoom({ ...night, runs });
    night = room.night;
    await host.changed(night);
    return room.isFull ? "disk" : undefined;
  }

  for (;;) {
    const end = endOf(night, plan, { elapsedMs: elapsedMs(), isAborted: signal.aborted });
    if (end) return ended(night, end, host);
    const { number, attempt } = nextOf(night, plan);
    const cell = plan.cellOf(number);
    const seed = plan.seedOf(number);
    const result = await host.run(cell, seed);
    // Half a run proves nothing but what it found: it is made again when the night goes on.
    if (signal.aborted && result.outcome !== "invalid") {
      await host.discard(result);
      continue;
    }
    const full = await add({ ...result, number, cell, seed, attempt, kept: "all" });
    if (full) return ended(night, full, host);
  }
}

async function ended(night: Night, end: EndOfNight, host: SoakHost): Promise<Night> {
  // One that was interrupted is not over: the next start goes on with it.
  const last = end === "interrupted" ? night : { ...night, ended: end };
  await host.changed(last);
  return last;
}

/** A run whose infrastructure failed is tried once more. */
function nextOf({ runs }: Night, { shard }: SoakPlan): Pick<NightRun, "number" | "attempt"> {
  const last = runs.at(-1);
  if (last?.outcome === "failed" && last.attempt === 1) return { number: last.number, attempt: 2 };
  const { part, of } = shard ?? { part: 1, of: 1 };
  const number = last ? last.number + of : part - 1;
  return { number, attempt: 1 };
}

function endOf(
  night: Night,
  plan: SoakPlan,
  { elapsedMs, isAborted }: { readonly elapsedMs: number; readonly isAborted: boolean },
): EndOfNight | undefined {
  const { budget, untilFailure, leastRunMs } = plan;
  const { runs } = night;
  if (isAborted) return "interrupted";
  if (untilFailure && runs.some(({ outcome }) => outcome === "invalid")) return "until-failure";
  if (nextOf(night, plan).attempt === 2) return undefined;
  const count = new Set(runs.map(({ number }) => number)).size;
  if (budget.runs !== undefined && count >= runsOfShard(budget.runs, plan)) return "budget";
  if (budget.forMs !== undefined && elapsedMs + leastRunMs > budget.forMs) return "budget";
  return undefined;
}

/** The runs of a night are dealt out to its shards one by one. */
function runsOfShard(runs: number, { shard }: SoakPlan): number {
  if (!shard) return runs;
  const { part, of } = shard;
  return Math.floor((runs - part) / of) + 1;
}
