import { describe, expect, it } from "vitest";
import type { FaultRecord } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";
import { asked, drawnRun, harm, steadily } from "./drawn-run.fixture.js";
import { figuresOf } from "./figures.js";

function faultsOf(operations: readonly Operation[], faults: readonly FaultRecord[]) {
  return figuresOf(drawnRun(operations, { faults })).faults;
}

const all = { from: 0, to: 10_000 };
const fault = harm({ at: 2_000, healed: 4_000, over: 4_500 });

it("tells a fault by the load's clock, with what was seen of it", () => {
  const notSeen: FaultRecord = {
    fault: 9,
    spec: { nemesis: "pause", nodes: ["n3"], description: "n3 is paused" },
    injectedAtNs: 8.1e9,
    trouble: "its process still ran",
  };
  expect(faultsOf(steadily(all), [notSeen, fault])).toMatchObject([
    {
      nemesis: "kill",
      injectedAtMs: 2_000,
      inForceAtMs: 2_000,
      healedAtMs: 4_000,
      overAtMs: 4_500,
    },
    { nemesis: "pause", nodes: ["n3"], injectedAtMs: 8_000, trouble: "its process still ran" },
  ]);
  expect(faultsOf(steadily(all), [notSeen])[0]).not.toHaveProperty("inForceAtMs");
  expect(faultsOf(steadily(all), [notSeen])[0]).not.toHaveProperty("healedAtMs");
});

it("leaves out what was injected after the load", () => {
  expect(faultsOf([], [harm({ at: 10_500, healed: 11_000 })])).toEqual([]);
});

it("counts operations that were invoked while it lasted", () => {
  const operations = [
    asked({ at: 1_999, takes: 10 }),
    asked({ at: 2_000, takes: 10 }),
    asked({ at: 3_999, takes: 10, type: "fail" }),
    asked({ at: 3_000, type: "info" }),
    asked({ at: 4_000, takes: 10 }),
  ];
  expect(faultsOf(operations, [fault])[0]?.operations).toEqual({ ok: 1, all: 3 });
});

describe("an outage", () => {
  const outageOf = (operations: readonly Operation[], harmed = fault) =>
    faultsOf(operations, [harmed])[0]?.outageMs;

  it("is measured whole where it reaches beyond the fault", () => {
    expect(
      outageOf([...steadily({ from: 0, to: 1_500 }), ...steadily({ from: 6_000, to: 10_000 })]),
    ).toBe(4_510);
  });

  it("ends with an operation that ended ok at any node", () => {
    const operations = [
      ...steadily({ from: 0, to: 2_000 }),
      asked({ node: "n3", at: 2_990, takes: 10 }),
      ...steadily({ from: 4_000, to: 10_000 }),
    ];
    expect(outageOf(operations)).toBe(1_010);
  });

  it("does not end with one that failed", () => {
    const operations = [
      ...steadily({ from: 0, to: 2_000 }),
      ...steadily({ from: 2_000, to: 4_000 }, { type: "fail" }),
      ...steadily({ from: 4_000, to: 10_000 }),
    ];
    expect(outageOf(operations)).toBe(2_010);
  });

  it("is none of its own where it came before or after it", () => {
    const operations = [
      ...steadily({ from: 1_000, to: 6_000 }),
      ...steadily({ from: 9_000, to: 10_000 }),
    ];
    expect(outageOf(operations)).toBe(10);
  });

  it("lasts until the load's end where the fault did", () => {
    expect(outageOf(steadily({ from: 0, to: 3_000 }), harm({ at: 2_000 }))).toBe(7_000);
  });

  it("is the whole load where nothing ended ok", () => {
    expect(outageOf([])).toBe(10_000);
  });
});

describe("a recovery", () => {
  const recoveryOf = (operations: readonly Operation[], ...faults: FaultRecord[]) =>
    faultsOf(operations, faults.length > 0 ? faults : [fault]).find(
      ({ nemesis }) => nemesis === "kill",
    )?.recoveryMs;
  const elsewhere = steadily(all, { node: "n2" });

  it("lasts until a harmed node answered what was asked after the healing", () => {
    const operations = [
      ...elsewhere,
      asked({ at: 3_900, takes: 300 }),
      asked({ at: 4_100, takes: 900 }),
      asked({ at: 4_200, takes: 400 }),
      asked({ at: 4_150, takes: 100, type: "fail" }),
    ];
    expect(recoveryOf(operations)).toBe(600);
  });

  it("waits for the last of several nodes, and leaves out one without clients", () => {
    const both = harm({ nodes: ["n1", "n2", "n9"], at: 2_000, healed: 4_000, over: 4_500 });
    const operations = [
      asked({ at: 4_000, takes: 50 }),
      asked({ node: "n2", at: 4_500, takes: 200 }),
    ];
    expect(recoveryOf(operations, both)).toBe(700);
  });

  it("is unknown where no harmed node has clients", () => {
    expect(recoveryOf(elsewhere)).toBeUndefined();
  });

  it("is unknown where the load ended first", () => {
    expect(recoveryOf([asked({ at: 3_000, takes: 50 }), ...elsewhere])).toBeUndefined();
    expect(recoveryOf([asked({ at: 9_990, takes: 50 }), ...elsewhere])).toBeUndefined();
  });

  it("is unknown where it was never healed", () => {
    expect(recoveryOf(steadily(all), harm({ at: 2_000 }))).toBeUndefined();
  });

  it("is unknown where another fault came first, or still harmed the same node", () => {
    const operations = [asked({ at: 5_000, takes: 100 })];
    const pause = { nemesis: "pause", nodes: ["n3"] };
    const later = harm({ ...pause, at: 4_700, healed: 4_800, over: 4_900 });
    const still = { ...pause, at: 1_000, healed: 4_200, over: 4_300 };
    const before = { ...pause, nodes: ["n1"], at: 1_000, healed: 1_500, over: 1_900 };
    const after = harm({ ...pause, at: 5_200, healed: 6_000, over: 6_100 });
    expect(recoveryOf(operations, fault, later)).toBeUndefined();
    expect(recoveryOf(operations, harm({ ...still, nodes: ["n1", "n2"] }), fault)).toBeUndefined();
    expect(recoveryOf(operations, harm(still), harm(before), fault, after)).toBe(1_100);
  });
});
