import { describe, expect, it } from "vitest";
import { findingShows } from "./finding-shows.js";
import type { Proof } from "./proof.js";
import { tryRow } from "./prove.js";

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const leastFound = 9;

/** Each row's bug is found by the checkers that it names, with operations that show it. */
export function holdProofs(proofs: readonly Proof[]): void {
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
      expect(found.length, `found with seeds ${found.join(", ")}`).toBeGreaterThanOrEqual(
        leastFound,
      );
      if (proof.namesNoOperations !== true) expect(looked).toBeGreaterThan(0);
    }, 300_000);
  });
}
