import type { Report } from "./load.js";

/** A fault as the drawings show it. Times in seconds. */
export interface Band {
  readonly fault: number;
  readonly nemesis: string;
  readonly description: string;
  readonly nodes: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Position among the run's kinds of faults: its colour. */
  readonly kind: number;
  /** Faults that overlap lie in different lanes. */
  readonly lane: number;
}

export function faultBands({ data, duration }: Report): readonly Band[] {
  const kinds = [...new Set(data.faults.map(({ spec }) => spec.nemesis))];
  const laneEnds: number[] = [];
  return data.faults
    .toSorted((a, b) => a.injectedAtNs - b.injectedAtNs)
    .map(({ fault, spec, injectedAtNs, overAtNs, healedAtNs }) => {
      const from = injectedAtNs / 1e9;
      // One that was healed and never seen to be over is shown up to the end: nobody knows better.
      const to = overAtNs === undefined ? duration : Math.max(overAtNs, healedAtNs ?? 0) / 1e9;
      const free = laneEnds.findIndex((end) => end <= from);
      const lane = free < 0 ? laneEnds.length : free;
      laneEnds[lane] = to;
      const { nemesis, description, nodes } = spec;
      return { fault, nemesis, description, nodes, from, to, kind: kinds.indexOf(nemesis), lane };
    });
}
