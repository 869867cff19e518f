import { type FiguresPair, type Metric, ofShares, ofValues, share, time } from "./metric.js";
import type { FaultFigures, RunFigures } from "../rollout-record.js";
import { meanOf } from "../../student-t.js";

export function availabilityDuring(nemesis: string): Metric {
  return {
    metric: `availability/${nemesis}`,
    title: `availability during ${nemesis}`,
    ...share,
    threshold: "availabilityPoints",
    measure: ofShares((figures) =>
      faultsOf(figures, nemesis).reduce(
        (sum, { operations: { ok, all } }) => ({ ok: sum.ok + ok, all: sum.all + all }),
        { ok: 0, all: 0 },
      ),
    ),
  };
}

export function outageDuring(nemesis: string): Metric {
  return {
    metric: `outage/${nemesis}`,
    title: `outage during ${nemesis}`,
    ...time,
    measure: ofValues((figures) =>
      meanUnlessEmpty(faultsOf(figures, nemesis).map(({ outageMs }) => outageMs)),
    ),
  };
}

/**
 * The runs of a round have the same faults, so that each is held against its own counterpart: a mean
 * over other faults on either side would compare faults rather than set-ups.
 */
export function recoveryAfter(nemesis: string): Metric {
  const ofNemesis = ({ faults }: RunFigures) => faults.filter((each) => each.nemesis === nemesis);
  const counterparts = (pair: FiguresPair) => {
    const others = ofNemesis(pair.compared);
    return ofNemesis(pair.baseline).flatMap((fault, position) => {
      const other = others[position];
      return other && wasInForce(fault) && wasInForce(other)
        ? [{ baseline: fault.recoveryMs, compared: other.recoveryMs }]
        : [];
    });
  };
  return {
    metric: `recovery/${nemesis}`,
    title: `recovery after ${nemesis}`,
    ...time,
    threshold: "outageMs",
    measure(pair) {
      const known = counterparts(pair).filter(
        (both): both is { baseline: number; compared: number } =>
          both.baseline !== undefined && both.compared !== undefined,
      );
      if (known.length === 0) return undefined;
      return {
        baseline: meanOf(known.map(({ baseline }) => baseline)),
        compared: meanOf(known.map(({ compared }) => compared)),
      };
    },
    hidesHarm(pairs) {
      const all = pairs.flatMap(counterparts);
      const told = all.filter(({ baseline }) => baseline !== undefined);
      const lost = told.filter(({ compared }) => compared === undefined);
      const won = all.filter(
        ({ baseline, compared }) => baseline === undefined && compared !== undefined,
      );
      // A few get lost by chance on either side.
      return lost.length > won.length && lost.length > told.length / 10;
    },
  };
}

function faultsOf({ faults }: RunFigures, nemesis: string): FaultFigures[] {
  return faults.filter((fault) => fault.nemesis === nemesis && wasInForce(fault));
}

/** A fault that was never seen in force was perhaps none. */
function wasInForce({ inForceAtMs }: FaultFigures): boolean {
  return inForceAtMs !== undefined;
}

function meanUnlessEmpty(values: readonly number[]): number | undefined {
  return values.length > 0 ? meanOf(values) : undefined;
}
