import { HarnessError } from "../../core/errors.js";
import { nodeNames } from "../../core/cluster.js";
import type { FaultRecord } from "../../core/history.js";
import type { PlannedFault } from "../../core/run.js";
import { seededRandom } from "../../generator/seeded-random.js";
import type { TestOptions } from "../../test-options.js";
import { asPlanned } from "../replay/saved-plan.js";
import { leastNsFor, planChanges, type Stage } from "./plan-changes.js";
import { changeNemesis, type EarlyEnd, type Leg, type LegRun, legs } from "./rollout-record.js";

export type SetUpOptions = Pick<TestOptions, "etcd" | "config">;
export type CommonOptions = Omit<TestOptions, keyof SetUpOptions | "changes" | "variation">;

export interface RolloutPlan {
  readonly rounds: number;
  /** Every round's seed is drawn from it. */
  readonly seed: number;
  /** What all runs have in common. */
  readonly common: CommonOptions;
  readonly from: SetUpOptions;
  readonly to: SetUpOptions;
  /** True where the last node must not be changed, or there would be no way back. */
  readonly leavesOne: boolean;
}

/** A run that is to be made. */
export interface LegToRun {
  readonly leg: Leg;
  readonly round: number;
  readonly options: TestOptions;
  /** Undefined: the nemeses choose. */
  readonly plannedFaults?: readonly PlannedFault[];
  readonly changesPlanned: number;
  /** For how many of them there is no time between the faults. */
  readonly changesLeft: number;
}

export interface LegResult {
  readonly run: LegRun;
  /** The faults as they really happened. */
  readonly faults: readonly FaultRecord[];
}

/** Everything outside that a rollout has to do with. */
export interface RolloutHost {
  /** Ends it in order: the run that goes on is healed, judged and counted. */
  readonly signal: AbortSignal;
  /** Rejects with HarnessError where there is no run to speak of, as its cluster did not start. */
  readonly run: (leg: LegToRun) => Promise<LegResult>;
  /** Made once more, since its infrastructure failed. */
  readonly again: (leg: LegToRun, why: string) => void;
  /** A run has ended. */
  readonly changed: (runs: readonly LegRun[]) => void;
}

export interface RolloutEnd {
  readonly runs: readonly LegRun[];
  readonly endedEarly?: EarlyEnd;
}

/**
 * Round after round: each has a seed of its own, which is the same for all of its legs, and the
 * faults that the nemeses chose in its baseline come again in the other legs. A violation ends it,
 * since more runs cannot take it back. Goes on after the whole rounds that were `made` before.
 */
export async function rollout(
  plan: RolloutPlan,
  host: RolloutHost,
  made: readonly LegRun[] = [],
): Promise<RolloutEnd> {
  const runs = [...made];
  const roundsMade = made.reduce((last, { round }) => Math.max(last, round), 0);
  for (let round = roundsMade + 1; round <= plan.rounds; round++) {
    let faults: readonly PlannedFault[] = [];
    for (const leg of legs) {
      const result = await runTwice(legToRun(plan, { leg, round, faults }), host);
      if (typeof result === "string")
        return { runs, endedEarly: earlyEnd(host, { by: "failure", why: result }) };
      runs.push(result.run);
      host.changed(runs);
      if (leg === "baseline") faults = asPlanned(result.faults);
      const end = endAfter(result.run, host);
      if (end) return { runs, endedEarly: end };
    }
  }
  return { runs };
}

function endAfter({ outcome, sentence }: LegRun, host: RolloutHost): EarlyEnd | undefined {
  if (outcome === "invalid") return { by: "violation", why: "a violation was found" };
  if (outcome === "failed") return earlyEnd(host, { by: "failure", why: sentence });
  return host.signal.aborted ? interrupted(host) : undefined;
}

/** What fails once it was interrupted is no failure. */
function earlyEnd(host: RolloutHost, otherwise: EarlyEnd): EarlyEnd {
  return host.signal.aborted ? interrupted(host) : otherwise;
}

function interrupted({ signal }: RolloutHost): EarlyEnd {
  return { by: "interrupt", why: String(signal.reason) };
}

/** A text says why there is no run. */
async function runTwice(leg: LegToRun, host: RolloutHost): Promise<LegResult | string> {
  const isInterrupted = () => host.signal.aborted;
  const first = await runOnce(leg, host);
  const why = typeof first === "string" ? first : failureOf(first);
  if (why === undefined || isInterrupted()) return first;
  host.again(leg, why);
  return runOnce(leg, host);
}

async function runOnce(leg: LegToRun, host: RolloutHost): Promise<LegResult | string> {
  try {
    return await host.run(leg);
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}

function failureOf({ run }: LegResult): string | undefined {
  return run.outcome === "failed" ? run.sentence : undefined;
}

interface Turn {
  readonly leg: Leg;
  readonly round: number;
  readonly faults: readonly PlannedFault[];
}

function legToRun(plan: RolloutPlan, { leg, round, faults }: Turn): LegToRun {
  const { from, to } = plan;
  const common = { ...plan.common, seed: seedOf(plan, round) };
  const old = { ...common, ...from };
  const unchanged = { leg, round, changesPlanned: 0, changesLeft: 0 };
  if (leg === "baseline") return { ...unchanged, options: old };
  if (leg === "candidate") {
    return { ...unchanged, options: { ...common, ...to }, plannedFaults: faults };
  }
  const stages = stagesOf(plan, leg);
  const { schedule, left } = planChanges(faults, stages, nodeNames(old.nodes));
  return {
    leg,
    round,
    options: { ...old, nemeses: [...old.nemeses, changeNemesis], changes: [to] },
    plannedFaults: schedule,
    changesPlanned: stages.reduce((sum, { nodes }) => sum + nodes.length, 0),
    changesLeft: left,
  };
}

function seedOf({ seed }: RolloutPlan, round: number): number {
  return seededRandom(seed).fork(`round ${round}`).below(1_000_000);
}

/** After a while without changes, and with a while after them. */
function stagesOf({ common, leavesOne }: RolloutPlan, leg: "forward" | "back"): Stage[] {
  const all = nodeNames(common.nodes);
  const at = (share: number) => share * common.timeLimitMs * 1e6;
  const margin = (1 - shareOfBothWays) / 2;
  const last = at(1 - margin);
  if (leg === "forward") return [{ to: "new", nodes: all, fromNs: at(2 * margin), untilNs: last }];
  const there = leavesOne ? all.slice(0, -1) : all;
  return [
    { to: "new", nodes: there, fromNs: at(margin), untilNs: at(0.5) },
    { to: "old", nodes: there, fromNs: at(0.5), untilNs: last },
  ];
}

/** In so much of the load all nodes are changed there and back. */
const shareOfBothWays = 0.9;

/**
 * The shortest load, in milliseconds, that has time for all changes: half as much again as they need
 * where no fault comes between.
 */
export function leastTimeLimitMs(nodes: number): number {
  const bothWaysMs = leastNsFor(2 * nodes) / 1e6;
  return Math.ceil((1.5 * bothWaysMs) / shareOfBothWays / 1000) * 1000;
}
