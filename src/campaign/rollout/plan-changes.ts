import { type RolloutSpec, changeOf } from "../../../nemeses/rollout.js";
import type { SetUp } from "../../core/cluster.js";
import type { PlannedFault } from "../../core/run.js";

/** A change of these nodes, each once, in a part of the load. */
export interface Stage {
  readonly to: SetUp;
  readonly nodes: readonly string[];
  /** Nanoseconds from the load's begin. */
  readonly fromNs: number;
  readonly untilNs: number;
}

export interface ChangePlan {
  /** The changes among the faults, by their times. */
  readonly schedule: readonly PlannedFault[];
  /** How many changes there was no time for. */
  readonly left: number;
}

/** A node that is restarted has this long to serve again before another fault or change comes. */
const quietNs = 2.5e9;
/** And so long nodes have to recover from a fault before one of them is restarted. */
const recoveryNs = 2e9;
/** Its fault ends so soon, and it is looked at whether it serves. */
const lookAfterNs = 1.5e9;
const stepNs = 0.1e9;
/** Evenly over the time that there is, else sooner, else each as early as can be. */
const paces = [1, 0.5, 0];

/** How long a part of the load must be for so many changes, in nanoseconds, if no fault comes. */
export function leastNsFor(changes: number): number {
  return changes * quietNs;
}

/**
 * Puts the changes of a rollout among faults that are planned already. A change comes as soon as it
 * is its turn, and only where it takes no majority away: the node is under no fault, and with
 * those that are, a majority is left. Where faults leave no such time, those are left out that stand
 * in the way most, but one of each nemesis; and where even these do, they come when all is changed. A
 * rollout under fewer faults tells something, and half a rollout nothing.
 */
export function planChanges(
  faults: readonly PlannedFault[],
  stages: readonly Stage[],
  nodes: readonly string[],
): ChangePlan {
  const tried = (kept: readonly PlannedFault[]): Tried => {
    const plans = paces.map((pace) => changesAmong(kept, stages, { pace, nodes }));
    const changes = plans.reduce((best, plan) => (plan.length > best.length ? plan : best));
    const wanted = stages.reduce((sum, stage) => sum + stage.nodes.length, 0);
    return { kept, changes, left: wanted - changes.length };
  };
  let best = tried(faults);
  for (;;) {
    const fewer = best.left === 0 ? [] : withOneLess(best.kept).map(tried);
    if (fewer.length === 0) break;
    best = fewer.reduce((least, each) => (each.left < least.left ? each : least));
  }
  const { kept, changes, left } = best.left === 0 ? best : tried(afterAll(best.kept, stages));
  return { schedule: [...kept, ...changes].toSorted((a, b) => a.atNs - b.atNs), left };
}

interface Tried {
  readonly kept: readonly PlannedFault[];
  readonly changes: readonly PlannedFault[];
  readonly left: number;
}

function changesAmong(
  faults: readonly PlannedFault[],
  stages: readonly Stage[],
  { pace, nodes }: { readonly pace: number; readonly nodes: readonly string[] },
): PlannedFault[] {
  const changes: PlannedFault[] = [];
  /** What each node runs once all of these are made. */
  const runs = new Map<string, SetUp>(nodes.map((node) => [node, "old"]));
  for (const stage of stages) {
    const waiting = stage.nodes.filter((node) => runs.get(node) !== stage.to);
    for (const change of changesOfStage(faults, { ...stage, nodes: waiting }, { pace, nodes })) {
      changes.push(change);
      for (const node of change.spec.nodes) runs.set(node, stage.to);
    }
  }
  return changes;
}

function changesOfStage(
  faults: readonly PlannedFault[],
  { to, nodes: waiting, fromNs, untilNs }: Stage,
  { pace, nodes }: { readonly pace: number; readonly nodes: readonly string[] },
): PlannedFault[] {
  const changes: PlannedFault[] = [];
  const remaining = [...waiting];
  const turnNs = (pace * (untilNs - fromNs)) / Math.max(1, waiting.length);
  let earliestNs = fromNs;
  for (let atNs = fromNs; atNs + quietNs <= untilNs && remaining.length > 0; atNs += stepNs) {
    if (atNs < earliestNs) continue;
    const found = remaining.findIndex((node) => canBeSpared(node, atNs, faults, nodes));
    const [node] = found < 0 ? [] : remaining.splice(found, 1);
    if (node === undefined) continue;
    const spec: RolloutSpec = changeOf(node, to);
    changes.push({ spec, atNs: Math.round(atNs), durationNs: lookAfterNs });
    // One that came late makes the others come closer.
    earliestNs = Math.max(atNs + quietNs, fromNs + changes.length * turnNs);
  }
  return changes;
}

function canBeSpared(
  node: string,
  atNs: number,
  faults: readonly PlannedFault[],
  nodes: readonly string[],
): boolean {
  const meanwhile = faults.filter(
    (fault) => fault.atNs < atNs + quietNs && endOf(fault) > atNs - recoveryNs,
  );
  const harmed = new Set(meanwhile.flatMap(({ spec }) => spec.nodes));
  if (harmed.has(node)) return false;
  return nodes.length === 1 || nodes.length - harmed.size - 1 > nodes.length / 2;
}

function endOf({ atNs, durationNs = Infinity }: PlannedFault): number {
  return atNs + durationNs;
}

/** Each way to leave one out that is not the last of its nemesis, the longest first. */
function withOneLess(faults: readonly PlannedFault[]): (readonly PlannedFault[])[] {
  const countOf = (nemesis: string) => faults.filter(({ spec }) => spec.nemesis === nemesis).length;
  return faults
    .filter(({ spec }) => countOf(spec.nemesis) > 1)
    .toSorted((a, b) => endOf(b) - b.atNs - (endOf(a) - a.atNs))
    .map((left) => faults.filter((fault) => fault !== left));
}

/** Until the load is over. */
function afterAll(faults: readonly PlannedFault[], stages: readonly Stage[]): PlannedFault[] {
  const atNs = Math.max(...stages.map(({ untilNs }) => untilNs));
  return faults.map(({ spec }) => ({ spec, atNs }));
}
