import { expect, it } from "vitest";
import { anyTrial } from "./any-trial.js";
import { simulate } from "./simulate.js";

/** Of those that `npm run simulate -- --seeds 1000` tries. */
const seeds = 150;

it("clusters of all kinds under all faults are never invalid", async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { verdict } = await simulate(anyTrial(seed));
    expect(verdict.validity, `seed ${seed}: ${verdict.sentence}`).not.toBe("invalid");
  }
}, 600_000);
