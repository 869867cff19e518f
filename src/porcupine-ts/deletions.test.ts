import { describe, expect, it } from "vitest";
import { registerModel } from "../models/register.js";
import { fittingLog } from "../testing/generators/register-log.js";
import { registerOperations } from "../testing/generators/register-operations.js";
import { engineChoices, judge } from "../testing/judge.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import { drawFrom, randomHistory, simulatedHistory } from "../testing/register-histories.js";
import { flawIn } from "../testing/verify-linearization.js";

/** A deletion writes what is not unique: that the key is absent. */
describe("registers that are deleted", () => {
  it.each(engineChoices)("are judged as by trying all orders, by %s", async (engine) => {
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 0; seed < 3_000; seed++) {
      const history = randomHistory(drawFrom(seed), 5, { deletes: true });
      const { validity } = await judge(registerModel, history, { engine });
      const expected = hasOrder(registerModel, history) ? "valid" : "invalid";
      expect({ seed, validity }).toEqual({ seed, validity: expected });
      if (history.some(({ input }) => input.f === "delete")) verdicts[validity] += 1;
    }
    expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(200);
  });

  it("are found right, with an order that holds, where a correct one made a long history", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = drawFrom(seed);
      const history = simulatedHistory(draw, {
        operations: 300,
        ...{ clients: 1 + draw(10), unknownPercent: draw(10), deletes: true },
        ...(seed % 2 === 0 && { values: 4 }),
      });
      const { validity, partitions } = await judge(registerModel, history);
      expect({ seed, validity }).toEqual({ seed, validity: "valid" });
      const order = partitions[0]?.linearization;
      const flaw = order && flawIn(registerModel, history, order);
      expect({ seed, flaw }).toEqual({ seed, flaw: undefined });
    }
  });

  it.each(["valid", "stale", "lost"] as const)(
    "are judged in a history of 10,000 operations that is %s",
    async (outcome) => {
      for (const values of ["unique", "few"] as const) {
        const { log } = fittingLog({
          ...{ seed: 1, operations: 10_000, clients: 10, kinds: "cas", values },
          ...{ unknownPercent: 1, deletes: true, outcome },
        });
        const { validity } = await judge(registerModel, registerOperations(log));
        expect(validity).toBe(outcome === "valid" ? "valid" : "invalid");
      }
    },
  );
});
