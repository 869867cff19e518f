import { describe, expect, it } from "vitest";
import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { requireTolerance } from "../src/runner/require-capabilities.js";
import { watch } from "../workloads/watch.js";
import { chaosOf } from "./chaos.js";
import { kill } from "./kill.js";
import { pause } from "./pause.js";
import { restore } from "./restore.js";

const nodes = ["n1", "n2", "n3"];
const chaos = chaosOf([kill, pause], restore);
const capabilities = new Set(["kill", "pause", "freeze", "restore"] as const);

function situation(process: NodeState["process"] = "running", rest: Partial<Situation> = {}) {
  const state = (node: string): NodeState => ({
    process: process === "paused" && node !== "n1" ? "running" : process,
    cut: [],
  });
  return { nodes, leader: "n1", capabilities, state, ...rest } satisfies Situation;
}

/** The nemeses whose faults it chose with so many seeds. */
function chosenIn(at: Situation): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 400; seed++) {
    const spec = chaos.choose(at, seededRandom(seed));
    const name = spec?.nemesis ?? "nothing";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe("the disaster among other faults", () => {
  it("comes seldom, and to clients alone that can be judged across it", () => {
    const { restore: disasters = 0, nothing } = chosenIn(
      situation("running", { toleratesRewind: true }),
    );
    expect(disasters).toBeGreaterThan(40);
    expect(disasters).toBeLessThan(130);
    expect(nothing).toBeUndefined();
    expect(chosenIn(situation()).restore).toBeUndefined();
    expect(() => {
      requireTolerance(watch(), [chaos]);
    }).not.toThrow();
  });

  it("comes to no cluster that is under another fault, and nothing to one that is down", () => {
    const tolerant = { toleratesRewind: true } as const;
    expect(chosenIn(situation("paused", tolerant)).restore).toBeUndefined();
    expect(chosenIn(situation("killed", tolerant))).toEqual({ nothing: 400 });
  });

  it("changes nothing where it cannot come", () => {
    const without = chaosOf([kill, pause]);
    const here = [
      situation(),
      situation("running", { toleratesRewind: true, capabilities: new Set(["kill", "pause"]) }),
    ];
    for (const at of here) {
      for (let seed = 0; seed < 50; seed++) {
        const chosen = chaos.choose(at, seededRandom(seed));
        expect(chosen).toEqual(without.choose(at, seededRandom(seed)));
      }
    }
  });
});
