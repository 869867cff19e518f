import { changeNemesis, type FaultFigures, type Leg, type RunFigures } from "../rollout-record.js";

/** A run's figures, if it has any, by its leg. At most one run a leg. */
export type LegFigures = ReadonlyMap<Leg, RunFigures>;

/** A fault of a round's schedule, and what it was in each run that it came in. */
export interface RoundFault {
  /** In the plots and tables of its round, from 1 on. */
  readonly number: number;
  readonly first: FaultFigures;
  readonly met: ReadonlyMap<Leg, FaultFigures>;
}

/**
 * The faults of a round without the changes of nodes, each once. Where nodes are changed some of the
 * schedule may be left out, so that position does not tell which fault is which: the same fault is
 * the one of the same aim that came nearest in time.
 */
export function roundFaults(legFigures: LegFigures): readonly RoundFault[] {
  const found: { readonly first: FaultFigures; readonly met: Map<Leg, FaultFigures> }[] = [];
  for (const [leg, figures] of legFigures) {
    const known = [...found];
    for (const fault of inOrder(figures).filter(({ nemesis }) => nemesis !== changeNemesis)) {
      const [nearest] = known
        .filter(({ first, met }) => !met.has(leg) && isAlike(first, fault))
        .sort((a, b) => distance(a.first, fault) - distance(b.first, fault));
      if (nearest) nearest.met.set(leg, fault);
      else found.push({ first: fault, met: new Map([[leg, fault]]) });
    }
  }
  return found
    .sort((a, b) => a.first.injectedAtMs - b.first.injectedAtMs)
    .map((fault, index) => ({ ...fault, number: index + 1 }));
}

function isAlike(one: FaultFigures, other: FaultFigures): boolean {
  return one.nemesis === other.nemesis && aimOf(one) === aimOf(other);
}

/** What was aimed at the leader hits whoever leads in each run, so that its nodes tell nothing. */
function aimOf({ description }: FaultFigures): string {
  const aim = description.replace("(it led then)", "(the leader)");
  return aim.includes("(the leader)") ? aim.replaceAll(/\bn\d+\b/g, "n") : aim;
}

function distance(one: FaultFigures, other: FaultFigures): number {
  return Math.abs(one.injectedAtMs - other.injectedAtMs);
}

export function changesOf(figures: RunFigures): readonly FaultFigures[] {
  return inOrder(figures).filter(({ nemesis }) => nemesis === changeNemesis);
}

function inOrder({ faults }: RunFigures): readonly FaultFigures[] {
  return [...faults].sort((a, b) => a.injectedAtMs - b.injectedAtMs);
}

/** When it began and ended, in seconds; what was never seen to be over lasts to the load's end. */
export function spanOf(
  { injectedAtMs, overAtMs }: FaultFigures,
  seconds: number,
): { readonly from: number; readonly to: number } {
  const within = (ms: number) => Math.min(Math.max(ms / 1000, 0), seconds);
  return { from: within(injectedAtMs), to: overAtMs === undefined ? seconds : within(overAtMs) };
}
