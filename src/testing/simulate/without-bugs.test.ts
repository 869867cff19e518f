import { describe, expect, it } from "vitest";
import { anyTrial } from "./any-trial.js";
import { proofs } from "./proof-table.js";
import { tryRow } from "./prove.js";
import { simulate } from "./simulate.js";

// Beside the proofs and not among them, so that both can be run at a time.
describe("without a planted bug", () => {
  it("none of the rows is ever invalid", async () => {
    for (const proof of proofs) {
      for await (const { findings, sentence } of tryRow(proof, [1], { isPlanted: false })) {
        expect(findings.size, sentence).toBe(0);
      }
    }
  }, 300_000);

  it("clusters of all kinds under all faults are never invalid", async () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const { verdict } = await simulate(anyTrial(seed));
      expect(verdict.validity, `seed ${seed}: ${verdict.sentence}`).not.toBe("invalid");
    }
  }, 600_000);
});
