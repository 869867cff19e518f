import { describe, expect, it } from "vitest";
import { check } from "./check.js";
import { modelsAgainst, rulesOutMore } from "./models.js";
import { atOnce } from "./shorthand.fixture.js";

describe("says which models are violated and which may still hold", () => {
  it.each([
    [[], [], ["strict-serializable"]],
    [["G0"], ["read-uncommitted"], []],
    [["G1a"], ["read-committed"], ["strong-read-uncommitted"]],
    [["G-single"], ["repeatable-read", "consistent-view"], ["strong-read-committed"]],
    [
      ["G-nonadjacent"],
      ["snapshot-isolation", "repeatable-read"],
      ["strong-read-committed", "parallel-snapshot-isolation"],
    ],
    [["G2-item"], ["repeatable-read"], ["strong-snapshot-isolation"]],
    [["lost-update", "G2-item"], ["repeatable-read", "consistent-view"], ["strong-read-committed"]],
    [
      ["G2-item-realtime"],
      ["strict-serializable"],
      ["strong-session-serializable", "strong-snapshot-isolation"],
    ],
    [
      ["G-single-process"],
      ["strong-session-snapshot-isolation"],
      ["strong-read-committed", "serializable"],
    ],
    [
      ["G2-item", "G-single-realtime"],
      ["strong-snapshot-isolation", "repeatable-read"],
      ["strong-session-snapshot-isolation", "strong-read-committed"],
    ],
  ] as const)("%j", (types, violated, mayHold) => {
    expect(modelsAgainst([...types])).toEqual({ violated, mayHold });
  });
});

it("knows whether an anomaly says more than others", () => {
  expect(rulesOutMore("G-single-realtime", ["G2-item"])).toBe(true);
  expect(rulesOutMore("G2-item-realtime", ["G2-item"])).toBe(false);
});

it("comes with every answer", async () => {
  expect((await check(atOnce("ax1", "rx[1]"))).models).toEqual({
    violated: [],
    mayHold: ["strict-serializable"],
  });
  expect((await check(atOnce("rx[] ay1", "ry[] ax1"))).models).toEqual({
    violated: ["repeatable-read"],
    mayHold: ["strong-snapshot-isolation"],
  });
});
