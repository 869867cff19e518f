import { describe, expect, it } from "vitest";
import type { History } from "../../../core/history.js";
import { seededRandom } from "../../../generator/seeded-random.js";
import { asked, drawnRun, harm, steadily, told } from "./drawn-run.fixture.js";
import { figuresOf } from "./figures.js";

const all = { from: 0, to: 10_000 };

describe("a run without faults", () => {
  const figures = figuresOf(drawnRun(steadily(all)));

  it("counts its load up to the time limit, though healing began later", () => {
    expect(figures).toMatchObject({
      seconds: 10,
      operations: { ok: 1_000, fail: 0, info: 0 },
      errors: {},
      latencyMs: { p50: 10, p95: 10, p99: 10 },
      longestOutageMs: 10,
      leaderChanges: { all: 0, calm: 0 },
      faults: [],
    });
  });

  it("is calm all along, and no node is changed", () => {
    expect(figures.calm).toMatchObject({ seconds: 10, operations: { ok: 1_000, all: 1_000 } });
    expect(figures.elsewhere).toEqual({ ok: 1_000, all: 1_000, longestOutageMs: 10 });
  });

  it("has each second in its timeline", () => {
    expect(figures.timeline).toEqual({
      ok: new Array(10).fill(100),
      failed: new Array(10).fill(0),
      p99Ms: new Array(10).fill(10),
    });
  });
});

describe("the load", () => {
  it("leaves the last reads out", () => {
    const last = { ...asked({ at: 12_600, takes: 5 }), phase: "final" as const };
    expect(figuresOf(drawnRun([...steadily(all), last])).operations.ok).toBe(1_000);
  });

  it("ends where healing began before the time limit", () => {
    const run = drawnRun(steadily({ from: 0, to: 4_000 }));
    const [main, healing] = run.phases;
    if (!main || !healing) throw new Error("the drawn run has no phases");
    const phases: History["phases"] = [main, { ...healing, atNs: main.atNs + 4e9 }];
    expect(figuresOf({ ...run, phases })).toMatchObject({ seconds: 4, longestOutageMs: 10 });
  });

  it("ends with the last event where the run never came to healing", () => {
    const run = drawnRun(steadily({ from: 0, to: 2_000 }));
    expect(figuresOf({ ...run, phases: run.phases.slice(0, 1) }).seconds).toBe(2);
  });

  it("may be empty", () => {
    const figures = figuresOf({ ...drawnRun([]), phases: [] });
    expect(figures).toMatchObject({ seconds: 0, longestOutageMs: 0, timeline: { ok: [] } });
    expect(figures).not.toHaveProperty("latencyMs");
  });
});

it("has no latencies, and one long outage, where nothing ended ok", () => {
  const figures = figuresOf(
    drawnRun([
      ...steadily({ from: 0, to: 5_000 }, { type: "fail" }),
      asked({ at: 6_000, type: "info" }),
      asked({ at: 6_500, takes: 1_000, type: "info" }),
    ]),
  );
  expect(figures).toMatchObject({
    operations: { ok: 0, fail: 500, info: 2 },
    errors: { timeout: 502 },
    longestOutageMs: 10_000,
    timeline: { p99Ms: new Array(10).fill(null) },
  });
  expect(figures.timeline.failed.reduce((sum, each) => sum + each, 0)).toBe(502);
  expect(figures).not.toHaveProperty("latencyMs");
  expect(figures.calm).not.toHaveProperty("latencyMs");
});

it("takes percentiles by the nearest rank", () => {
  const operations = Array.from({ length: 100 }, (_, n) => asked({ at: 50 * n, takes: 100 - n }));
  expect(figuresOf(drawnRun(operations)).latencyMs).toEqual({ p50: 50, p95: 95, p99: 99 });
});

describe("calm time", () => {
  it("begins a second after a fault was over, and ends with the next one", () => {
    const faults = [
      harm({ at: 6_000, healed: 7_000, over: 7_500 }),
      harm({ at: 1_000, healed: 2_000, over: 2_500 }),
    ];
    const { calm } = figuresOf(drawnRun(steadily(all), { faults }));
    // [0, 1], [3.5, 6] and [8.5, 10] seconds.
    expect(calm.seconds).toBe(5);
    expect(calm.operations).toEqual({ ok: 500, all: 500 });
  });

  it("does not count overlapping faults twice", () => {
    const faults = [
      harm({ at: 1_000, healed: 6_000, over: 6_000 }),
      harm({ at: 2_000, healed: 3_000, over: 3_000 }),
    ];
    expect(figuresOf(drawnRun([], { faults })).calm.seconds).toBe(4);
  });

  it("never comes back where a fault was healed but not seen to be over", () => {
    const faults = [harm({ at: 4_000, healed: 5_000 })];
    expect(figuresOf(drawnRun(steadily(all), { faults })).calm).toMatchObject({
      seconds: 4,
      operations: { all: 400 },
    });
  });

  it("leaves out an operation that a fault caught", () => {
    const faults = [harm({ at: 1_000, healed: 9_500, over: 9_500 })];
    const caught = asked({ at: 990, takes: 5_000 });
    const { calm, latencyMs } = figuresOf(
      drawnRun([asked({ at: 10, takes: 5 }), caught], { faults }),
    );
    expect(calm).toMatchObject({ operations: { ok: 1, all: 1 }, latencyMs: { p99: 5 } });
    expect(latencyMs?.p99).toBe(5_000);
  });

  it("may be none", () => {
    const faults = [harm({ at: 0 })];
    const { calm } = figuresOf(drawnRun(steadily(all), { faults }));
    expect(calm).toEqual({ seconds: 0, operations: { ok: 0, all: 0 } });
  });
});

describe("operations elsewhere", () => {
  const change = harm({ nemesis: "rollout", nodes: ["n2"], at: 2_000, healed: 3_000, over: 4_000 });
  const operations = [
    ...steadily(all),
    ...steadily({ from: 0, to: 2_000 }, { node: "n2" }),
    ...steadily({ from: 2_000, to: 4_000 }, { node: "n2", type: "fail" }),
    ...steadily({ from: 4_000, to: 10_000 }, { node: "n2" }),
  ];

  it("are not those at the node that is being changed", () => {
    const { elsewhere, operations: counted } = figuresOf(
      drawnRun(operations, { faults: [change] }),
    );
    expect(elsewhere).toEqual({ ok: 1_800, all: 1_800, longestOutageMs: 10 });
    expect(counted).toEqual({ ok: 1_800, fail: 200, info: 0 });
  });

  it("are none under another fault, nor within a second after it", () => {
    const other = harm({ at: 5_000, healed: 6_000, over: 6_000 });
    // Two clients with 100 operations a second each; seven of ten seconds are left.
    const { elsewhere } = figuresOf(drawnRun(operations, { faults: [change, other] }));
    expect(elsewhere).toEqual({ ok: 1_400, all: 1_400, longestOutageMs: 10 });
  });

  it("tell the longest outage outside of other faults", () => {
    const silent = [
      ...steadily({ from: 0, to: 2_000 }),
      ...steadily({ from: 2_700, to: 5_000 }),
      ...steadily({ from: 6_500, to: 10_000 }),
    ];
    const other = harm({ at: 5_000, healed: 6_000, over: 6_000 });
    const figures = figuresOf(drawnRun(silent, { faults: [change, other] }));
    expect(figures.longestOutageMs).toBe(1_510);
    expect(figures.elsewhere.longestOutageMs).toBe(710);
  });

  it("are none at a node whose change was never over", () => {
    const forever = harm({ nemesis: "rollout", nodes: ["n2"], at: 2_000, healed: 3_000 });
    expect(figuresOf(drawnRun(operations, { faults: [forever] })).elsewhere.all).toBe(1_200);
  });
});

describe("leader changes", () => {
  const faults = [harm({ at: 4_000, healed: 5_000, over: 5_000 })];
  const changes = (...statuses: History["statuses"][number][]) =>
    figuresOf(drawnRun([], { faults, statuses })).leaderChanges;

  it("are elections that members told of, and calm ones those first seen in calm time", () => {
    expect(
      changes(
        told(0, "n1", ["a", 2]),
        told(500, "n2", ["a", 2]),
        told(1_000, "n1", ["b", 3]),
        told(4_500, "n1", ["a", 4]),
        told(4_600, "n2", ["a", 4]),
      ),
    ).toEqual({ all: 2, calm: 1 });
  });

  it("count the same leader in a higher term", () => {
    expect(changes(told(0, "n1", ["a", 2]), told(1_000, "n1", ["a", 5])).all).toBe(1);
  });

  it("are none where a member forgets the leader, is late, or counts terms up alone", () => {
    expect(
      changes(
        told(0, "n1", ["a", 3]),
        told(500, "n1", ["0", 3]),
        told(600, "n3", ["0", 9]),
        told(700, "n2", ["b", 2]),
        told(800, "n1", ["a", 3]),
      ),
    ).toEqual({ all: 0, calm: 0 });
  });

  it("are counted once for a term, though a member was asked in the midst of its election", () => {
    expect(
      changes(told(0, "n1", ["a", 2]), told(500, "n1", ["a", 3]), told(900, "n1", ["b", 3])).all,
    ).toBe(1);
  });

  it("go by times, not by the order of events", () => {
    expect(changes(told(1_000, "n1", ["b", 3]), told(0, "n1", ["a", 2])).all).toBe(1);
  });
});

it("comes to the same, in whatever order operations, faults and statuses stand", () => {
  const random = seededRandom(11);
  const operations = Array.from({ length: 300 }, (_, n) =>
    asked({
      node: random.pick(["n1", "n2", "n3"]),
      at: 30 * n,
      takes: 1 + random.below(400),
      type: random.pick(["ok", "ok", "ok", "fail"]),
    }),
  );
  const faults = [1_000, 3_000, 5_000].map((at) => harm({ at, healed: at + 700, over: at + 800 }));
  const statuses = Array.from({ length: 20 }, (_, n) => told(500 * n, "n1", ["a", n >> 2]));
  const run = drawnRun(operations, { faults, statuses });
  const shuffled = {
    ...run,
    operations: random.shuffle(run.operations),
    faults: random.shuffle(run.faults),
    statuses: random.shuffle(run.statuses),
  };
  expect(figuresOf(shuffled)).toEqual(figuresOf(run));
});

it("measures a history of many operations", () => {
  const operations = Array.from({ length: 300_000 }, (_, n) => asked({ at: n / 30, takes: 1 }));
  const faults = Array.from({ length: 50 }, (_, n) =>
    harm({ at: 200 * n, healed: 200 * n + 50, over: 200 * n + 60 }),
  );
  // `historyOf` spreads its operations, which no history of this size survives.
  const figures = figuresOf({ ...drawnRun([], { faults }), operations });
  expect(figures.operations.ok).toBe(300_000);
  expect(figures.faults[10]?.operations.all).toBe(1_500);
});
