import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { describe, expect, it } from "vitest";
import { type BugName, plantedBugs } from "../../cluster/simulated/bugs.js";
import { anyTrial } from "./any-trial.js";
import { proofs } from "./proof-table.js";
import { simulate, usualTrial } from "./simulate.js";

it("has a row for each planted bug, and for each workload and judges one only", () => {
  const found = new Set(proofs.map(({ bug }) => bug));
  expect([...found].sort()).toEqual((Object.keys(plantedBugs) as BugName[]).sort());
  const named = proofs.map(
    ({ bug, trial, checkers }) => `${bug} by ${trial.workload} to ${checkers.join(", ")}`,
  );
  expect(new Set(named).size).toBe(named.length);
});

describe("the same seed", () => {
  it("gives the same history to the byte, also on a machine that is busy with something else", async () => {
    const nemeses = ["partition", "kill", "pause"];
    const trial = { ...usualTrial, nemeses, timeLimitMs: 20_000 };
    const alone = await simulate({ ...trial, seed: 7 });
    const beside = await besideHogs(() => simulate({ ...trial, seed: 7 }));
    expect(alone.history.operations.length).toBeGreaterThan(1_000);
    expect(beside.bytes.equals(alone.bytes)).toBe(true);
  });

  it("gives another history than another seed", async () => {
    const [one, other] = [await simulate(anyTrial(7)), await simulate(anyTrial(8))];
    expect(one.bytes.equals(other.bytes)).toBe(false);
  });
});

/** Does the work while every core has something else to do, too. */
async function besideHogs<T>(work: () => Promise<T>): Promise<T> {
  const hogs = cpus().map(() => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  try {
    return await work();
  } finally {
    for (const hog of hogs) hog.kill("SIGKILL");
  }
}
