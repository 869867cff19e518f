import { expect, it } from "vitest";
import { transactionCases } from "./elle-cases.js";
import { listHistory } from "./elle-histories.js";

it("knows the verdict of every history of transactions", async () => {
  const verdicts: string[] = [];
  for (const { load } of transactionCases(3_000)) {
    for (const history of load()) {
      const { validity } = await history.judge({});
      expect(validity).toBe(history.expected);
      verdicts.push(validity);
    }
  }
  expect(verdicts).toEqual(["valid", "valid", "invalid", "invalid"]);
});

it("makes the same history of the same seed, and another of another", () => {
  const shape = { transactions: 500, clients: 10, staleReads: 3 };
  const [one, again, other] = [1, 1, 2].map((seed) => listHistory({ ...shape, seed }));
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
});
