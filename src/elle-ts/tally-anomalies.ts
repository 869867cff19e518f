import { severityOf } from "./name-cycle.js";
import {
  type Anomaly,
  type AnomalyType,
  cycleNames,
  type CycleType,
  type DirectType,
} from "./result.js";

export interface AnomalyTally {
  add(anomaly: Anomaly): void;
  readonly total: number;
  /** How many of each type there were. */
  counts(): Readonly<Partial<Record<AnomalyType, number>>>;
  types(): AnomalyType[];
  /** The first ones of each type; those that are understood the quickest come first. */
  told(): Anomaly[];
}

export function tallyAnomalies(mostOfEachType: number): AnomalyTally {
  const byType = new Map<AnomalyType, { count: number; told: Anomaly[] }>();
  let total = 0;
  return {
    add(anomaly) {
      total += 1;
      const known = byType.get(anomaly.type) ?? { count: 0, told: [] };
      byType.set(anomaly.type, known);
      known.count += 1;
      if (known.told.length < mostOfEachType) known.told.push(anomaly);
    },
    get total() {
      return total;
    },
    counts: () => Object.fromEntries([...byType].map(([type, { count }]) => [type, count])),
    types: () => [...byType.keys()],
    told: () =>
      [...byType.values()]
        .flatMap(({ told }) => told)
        .sort((a, b) => placeOf(a.type) - placeOf(b.type)),
  };
}

/** What shows directly, then cycles. */
const direct: readonly AnomalyType[] = [
  "garbage-read",
  "incompatible-versions",
  "G1a",
  "dirty-update",
  "lost-append",
  "duplicate-elements",
  "incompatible-order",
  "internal",
  "future-read",
  "G1b",
  "cyclic-versions",
  "cyclic-versions-process",
  "cyclic-versions-realtime",
  "lost-update",
] satisfies DirectType[];

function placeOf(type: AnomalyType): number {
  return isCycle(type) ? direct.length + severityOf(type) : direct.indexOf(type);
}

function isCycle(type: AnomalyType): type is CycleType {
  return cycleNames.some((name) => type === name || type.startsWith(`${name}-`));
}
