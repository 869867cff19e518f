import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { describe, expect, it } from "vitest";
import { type BugName, plantedBugs } from "../../cluster/simulated/bugs.js";
import { anyTrial } from "./any-trial.js";
import { findingShows } from "./finding-shows.js";
import { proofs, waiting } from "./proof-table.js";
import { tryRow } from "./prove.js";
import { simulate, usualTrial } from "./simulate.js";

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const leastFound = 9;

it("has a row for each planted bug, and for each workload one only", () => {
  const found = new Set(proofs.map(({ bug }) => bug));
  const rows = [...found, ...waiting.map(({ bug }) => bug)];
  expect(rows.sort()).toEqual((Object.keys(plantedBugs) as BugName[]).sort());
  const pairs = proofs.map(({ bug, trial }) => `${bug} by ${trial.workload}`);
  expect(new Set(pairs).size).toBe(pairs.length);
});

describe.each(proofs)("$bug by $trial.workload", (proof) => {
  it("is found by the checkers named, with operations that show it", async () => {
    const found: number[] = [];
    let looked = 0;
    for await (const { seed, history, findings } of tryRow(proof, seeds, { isPlanted: true })) {
      const reports = [...findings].filter(([name]) => proof.checkers.includes(name));
      if (reports.length > 0) found.push(seed);
      for (const [name, reported] of reports) {
        for (const finding of reported) {
          if (finding.operations.length === 0) continue;
          const shows = findingShows(history, name, finding);
          if (shows !== undefined) looked += 1;
          expect(shows, `seed ${seed}: ${finding.message}`).not.toBe(false);
        }
      }
    }
    expect(found.length, `found with seeds ${found.join(", ")}`).toBeGreaterThanOrEqual(leastFound);
    expect(looked).toBeGreaterThan(0);
  }, 300_000);
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
