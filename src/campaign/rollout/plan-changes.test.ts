import { describe, expect, it } from "vitest";
import { nodeNames } from "../../core/cluster.js";
import type { PlannedFault } from "../../core/run.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { planChanges, type Stage } from "./plan-changes.js";

const s = 1e9;

function fault(nemesis: string, nodes: readonly string[], at: number, seconds?: number) {
  const spec = { nemesis, nodes, description: `${nemesis} on ${nodes.join()}` };
  return { spec, atNs: at * s, ...(seconds !== undefined && { durationNs: seconds * s }) };
}

function forward(nodes: readonly string[], seconds: number): Stage {
  return { to: "new", nodes, fromNs: 0.1 * seconds * s, untilNs: 0.95 * seconds * s };
}

function changesIn(schedule: readonly PlannedFault[]): PlannedFault[] {
  return schedule.filter(({ spec }) => spec.nemesis === "rollout");
}

/** Random faults of two nemeses, each by itself with pauses, as nemeses make them. */
function randomFaults(seed: number, nodes: readonly string[], seconds: number): PlannedFault[] {
  const random = seededRandom(seed);
  return ["partition", "kill"].flatMap((nemesis) => {
    const faults: PlannedFault[] = [];
    for (let at = random.fraction() * 5; at < seconds;) {
      const duration = 2.5 + random.fraction() * 5;
      const count = 1 + random.below(Math.max(1, Math.floor(nodes.length / 2)));
      faults.push(fault(nemesis, random.shuffle(nodes).slice(0, count), at, duration));
      at += duration + 2.5 + random.fraction() * 5;
    }
    return faults;
  });
}

describe("a plan of changes", () => {
  it("spreads them over the time that there is", () => {
    const nodes = nodeNames(3);
    const { schedule, left } = planChanges([], [forward(nodes, 60)], nodes);
    expect(left).toBe(0);
    expect(schedule.map(({ spec }) => spec.nodes)).toEqual([["n1"], ["n2"], ["n3"]]);
    expect(schedule.map(({ atNs }) => Math.round(atNs / s))).toEqual([6, 23, 40]);
  });

  it("changes no node that is under a fault, and never takes the majority away", () => {
    for (let seed = 0; seed < 60; seed++) {
      for (const count of [3, 5, 7]) {
        const nodes = nodeNames(count);
        const { schedule } = planChanges(
          randomFaults(seed, nodes, 90),
          [forward(nodes, 90)],
          nodes,
        );
        const others = schedule.filter(({ spec }) => spec.nemesis !== "rollout");
        for (const { spec, atNs } of changesIn(schedule)) {
          const active = others.filter(
            (other) =>
              other.atNs <= atNs + 2 * s && other.atNs + (other.durationNs ?? 0) >= atNs - 1.9 * s,
          );
          const down = new Set([...spec.nodes, ...active.flatMap((other) => other.spec.nodes)]);
          expect(active.flatMap((other) => other.spec.nodes)).not.toContain(spec.nodes[0]);
          expect(count - down.size).toBeGreaterThan(count / 2);
        }
      }
    }
  });

  it("changes each node once, in the order of their times", () => {
    for (let seed = 0; seed < 60; seed++) {
      const nodes = nodeNames(5);
      const { schedule, left } = planChanges(
        randomFaults(seed, nodes, 60),
        [forward(nodes, 60)],
        nodes,
      );
      expect(left).toBe(0);
      expect(
        changesIn(schedule)
          .map(({ spec }) => spec.nodes[0])
          .toSorted(),
      ).toEqual(nodes);
      const times = schedule.map(({ atNs }) => atNs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  it("leaves those out that stand in the way most, but one of each nemesis", () => {
    const nodes = nodeNames(3);
    const faults = [
      fault("kill", ["n1"], 1, 14),
      fault("kill", ["n2"], 16, 3),
      fault("pause", ["n3"], 22, 2),
    ];
    const { schedule, left } = planChanges(faults, [forward(nodes, 30)], nodes);
    expect(left).toBe(0);
    const kept = schedule.filter(({ spec }) => spec.nemesis !== "rollout");
    expect(kept.map(({ spec }) => spec.description)).toEqual(["kill on n2", "pause on n3"]);
  });

  it("lets faults come when all is changed, where they leave no time else", () => {
    const nodes = nodeNames(3);
    const { schedule, left } = planChanges(
      [fault("partition", nodes, 0), fault("kill", ["n1"], 5, 50)],
      [forward(nodes, 60)],
      nodes,
    );
    expect(left).toBe(0);
    const kept = schedule.filter(({ spec }) => spec.nemesis !== "rollout");
    expect(kept.map(({ spec, ...times }) => [spec.nemesis, times])).toEqual([
      ["partition", { atNs: 57 * s }],
      ["kill", { atNs: 57 * s }],
    ]);
  });

  it("tells how many changes there is no time for", () => {
    const nodes = nodeNames(3);
    expect(planChanges([], [forward(nodes, 6)], nodes).left).toBe(1);
  });

  it("goes back after it went there", () => {
    const nodes = nodeNames(3);
    const stages: Stage[] = [
      { to: "new", nodes, fromNs: 2 * s, untilNs: 30 * s },
      { to: "old", nodes, fromNs: 30 * s, untilNs: 57 * s },
    ];
    const { schedule, left } = planChanges([], stages, nodes);
    expect(left).toBe(0);
    expect(schedule.map(({ spec }) => (spec as { to?: string }).to)).toEqual([
      ...["new", "new", "new"],
      ...["old", "old", "old"],
    ]);
  });

  it("changes back only what was changed", () => {
    const nodes = nodeNames(3);
    const stages: Stage[] = [
      { to: "new", nodes, fromNs: 0, untilNs: 6 * s },
      { to: "old", nodes, fromNs: 6 * s, untilNs: 60 * s },
    ];
    const { schedule, left } = planChanges([], stages, nodes);
    expect(changesIn(schedule).map(({ spec }) => spec.nodes[0])).toEqual(["n1", "n2", "n1", "n2"]);
    expect(left).toBe(2);
  });

  it("restarts the only node of a cluster of one", () => {
    expect(planChanges([], [forward(["n1"], 30)], ["n1"]).left).toBe(0);
  });
});
