import { describe, expect, it } from "vitest";
import { compareLegs } from "./compare.js";
import {
  faultWith,
  figuresWith,
  legRunWith,
  unmeasuredRunWith,
  unrecoveredFault,
  unseenFault,
} from "./figures.fixture.js";
import type { Comparison, Leg, LegRun, RunFigures, Thresholds } from "../rollout-record.js";

const thresholds: Thresholds = {
  availabilityPoints: 1,
  outageMs: 1_000,
  latencyPercent: 25,
  throughputPercent: 10,
  leaderChanges: 3,
};

/** A round for each pair of figures. */
function runsOf(
  leg: Leg,
  ...rounds: readonly { readonly old?: Partial<RunFigures>; readonly now?: Partial<RunFigures> }[]
): LegRun[] {
  return rounds.flatMap(({ old, now }, index) => [
    legRunWith({ leg: "baseline", round: index + 1, figures: figuresWith(old) }),
    legRunWith({ leg, round: index + 1, figures: figuresWith(now) }),
  ]);
}

function thrice<Item>(item: Item): Item[] {
  return [item, item, item];
}

function comparison(runs: readonly LegRun[], metric: string): Comparison {
  const found = compareLegs(runs, thresholds).find((each) => each.metric === metric);
  if (!found) throw new Error(`there is no comparison of ${metric}`);
  return found;
}

const okOf = (ok: number) => ({ operations: { ok, fail: 6_000 - ok, info: 0 } });
const outage = (longestOutageMs: number) => ({ longestOutageMs });
const p99 = (value: number) => ({
  calm: { ...figuresWith().calm, latencyMs: { p50: 2, p95: 4, p99: value } },
});

describe("what is compared", () => {
  const killed = { faults: [faultWith()], errors: { timeout: 3 } };
  const metrics = (leg: Leg, isJudged: boolean) =>
    compareLegs(runsOf(leg, { old: killed, now: killed }), thresholds)
      .filter(({ threshold }) => (threshold !== undefined) === isJudged)
      .map(({ metric }) => metric);

  it("judges a new set-up by all that matters to clients", () => {
    expect(metrics("candidate", true)).toEqual([
      "availability",
      "availability/kill",
      "outage",
      "recovery/kill",
      "throughput-calm",
      "latency-p50",
      "latency-p95",
      "latency-p99",
      "leader-changes-calm",
    ]);
    expect(metrics("candidate", false)).toEqual([
      "outage/kill",
      "throughput",
      "leader-changes",
      "errors/timeout",
    ]);
  });

  it.each(["forward", "back"] as const)("judges the leg %s by whether others serve on", (leg) => {
    expect(metrics(leg, true)).toEqual(["availability-elsewhere", "outage-elsewhere"]);
    expect(metrics(leg, false)).toContain("availability");
  });

  it("takes no change of a node for a fault to compare", () => {
    const changed = { faults: [faultWith({ nemesis: "rollout" })] };
    const all = compareLegs(runsOf("forward", { now: changed }), thresholds);
    expect(all.filter(({ metric }) => metric.endsWith("/rollout"))).toEqual([]);
  });

  it("puts what is judged first, leg by leg", () => {
    const runs = [
      ...runsOf("back", {}),
      legRunWith({ leg: "candidate", round: 1 }),
      legRunWith({ leg: "forward", round: 1 }),
    ];
    const all = compareLegs(runs, thresholds);
    const judged = all.filter(({ threshold }) => threshold !== undefined);
    expect(all.slice(0, judged.length)).toEqual(judged);
    expect([...new Set(judged.map(({ leg }) => leg))]).toEqual(["candidate", "forward", "back"]);
    expect(compareLegs(runs.toReversed(), thresholds)).toEqual(all);
  });

  it("holds the other nodes of a change against all nodes of the baseline", () => {
    const runs = runsOf("forward", {
      old: okOf(5_940),
      now: { elsewhere: { ok: 2_970, all: 3_000, longestOutageMs: 20 } },
    });
    // As the baseline of the round measures it, elsewhere is everywhere.
    expect(comparison(runs, "availability-elsewhere").pairs).toEqual([
      { round: 1, baseline: 100, compared: 99 },
    ]);
  });
});

describe("pairs", () => {
  it("are of rounds that have both", () => {
    const runs = [
      ...runsOf("candidate", {}, { now: okOf(5_400) }),
      legRunWith({ leg: "baseline", round: 3 }),
      legRunWith({ leg: "candidate", round: 4 }),
    ];
    expect(comparison(runs, "availability").pairs).toEqual([
      { round: 1, baseline: 100, compared: 100 },
      { round: 2, baseline: 100, compared: 90 },
    ]);
  });

  it("are of the last attempts, and of none where that failed", () => {
    const runs = runsOf("candidate", { now: okOf(3_000) }, {});
    const again = legRunWith({ leg: "candidate", round: 1 });
    const failed = legRunWith({ leg: "candidate", round: 2, outcome: "failed" });
    expect(comparison([...runs, again, failed], "availability").pairs).toEqual([
      { round: 1, baseline: 100, compared: 100 },
    ]);
  });

  it("are of loads that lasted equally long", () => {
    const cut = runsOf("candidate", { now: { seconds: 50 } }, { now: { seconds: 58 } });
    expect(comparison(cut, "throughput").pairs).toMatchObject([{ round: 2 }]);
  });

  it("are none where a leg has no figures, and nothing is measured then", () => {
    const unmeasured = unmeasuredRunWith({ leg: "candidate", round: 1 });
    const found = comparison(
      [legRunWith({ leg: "baseline", round: 1 }), unmeasured],
      "availability",
    );
    expect(found).toMatchObject({ pairs: [], answer: "unmeasured", judgement: "open" });
    expect(found).not.toHaveProperty("difference");
    expect(found).not.toHaveProperty("interval");
  });

  it("are none of a leg that was not run, nor of no runs at all", () => {
    expect(compareLegs([], thresholds)).toEqual([]);
    const legsOf = compareLegs(runsOf("candidate", {}), thresholds).map(({ leg }) => leg);
    expect(new Set(legsOf)).toEqual(new Set(["candidate"]));
  });
});

describe("a comparison", () => {
  it("has a mean difference and its interval", () => {
    const runs = runsOf("candidate", ...[300, 400, 500].map((now) => ({ now: outage(now) })));
    const { difference, interval, answer, judgement } = comparison(runs, "outage");
    expect(difference).toBeCloseTo(200, 9);
    // 2.92 * 100 / sqrt(3)
    expect(interval?.low).toBeCloseTo(200 - 168.59, 1);
    expect(interval?.high).toBeCloseTo(200 + 168.59, 1);
    expect({ answer, judgement }).toEqual({ answer: "worse", judgement: "within" });
  });

  it("is paired: what the rounds have in common is no noise", () => {
    const runs = runsOf(
      "candidate",
      ...[100, 5_000, 20_000].map((base) => ({ old: outage(base), now: outage(base + 10) })),
    );
    expect(comparison(runs, "outage").interval?.low).toBeCloseTo(10, 6);
  });

  it("has no interval and decides nothing from one pair", () => {
    const runs = runsOf("candidate", { now: outage(90_000) });
    expect(comparison(runs, "outage")).toMatchObject({
      difference: 89_800,
      answer: "indistinguishable",
      judgement: "open",
    });
    expect(comparison(runs, "outage")).not.toHaveProperty("interval");
  });

  it.each([
    ["longer by far", [9_000, 9_100, 9_200], "worse", "beyond"],
    ["shorter", [100, 110, 105], "better", "within"],
    ["here and there", [100, 300, 220], "indistinguishable", "within"],
    ["noisy", [100, 9_000, 2_000], "indistinguishable", "open"],
    ["longer, but perhaps not too long", [1_000, 1_300, 1_500], "worse", "open"],
  ])("of outages that are %s", (_name, values, answer, judgement) => {
    const runs = runsOf("candidate", ...values.map((now) => ({ now: outage(now) })));
    expect(comparison(runs, "outage")).toMatchObject({ answer, judgement });
  });

  it.each([
    ["lower by far", [5_000, 5_010, 5_020], "worse", "beyond"],
    ["a little lower", [5_990, 5_980, 5_985], "worse", "within"],
    ["noisy", [5_990, 5_000, 5_900], "indistinguishable", "open"],
  ])("of availabilities that are %s", (_name, values, answer, judgement) => {
    const runs = runsOf("candidate", ...values.map((ok) => ({ now: okOf(ok) })));
    expect(comparison(runs, "availability")).toMatchObject({ answer, judgement });
  });

  it("of latencies weighs half and double alike", () => {
    const { difference, interval } = comparison(
      runsOf("candidate", { now: p99(16) }, { now: p99(4) }),
      "latency-p99",
    );
    expect(difference).toBeCloseTo(0, 9);
    const { low = 0, high = 0 } = interval ?? {};
    expect((1 + low / 100) * (1 + high / 100)).toBeCloseTo(1, 9);
  });

  it("of latencies is in percent of the baseline", () => {
    const runs = runsOf("candidate", { now: p99(16) }, { now: p99(16) });
    const found = comparison(runs, "latency-p99");
    expect(found.difference).toBeCloseTo(100, 9);
    expect(found).toMatchObject({ scale: "percent", answer: "worse", judgement: "beyond" });
  });

  it("of a throughput that fell to nothing says so", () => {
    const calm = { ...figuresWith().calm, operations: { ok: 0, all: 3_000 } };
    const runs = runsOf("candidate", { now: { calm } }, { now: { calm } });
    expect(comparison(runs, "throughput-calm")).toMatchObject({
      difference: -100,
      interval: { low: -100, high: -100 },
      judgement: "beyond",
    });
  });

  it("leaves out a round whose baseline is nothing to take a percentage of", () => {
    const runs = runsOf("candidate", { old: okOf(0) }, {}, {});
    expect(comparison(runs, "throughput").pairs.map(({ round }) => round)).toEqual([2, 3]);
  });

  it("never says more than is possible", () => {
    const runs = runsOf("candidate", { now: okOf(0) }, { now: okOf(6_000) });
    expect(comparison(runs, "availability").interval).toEqual({ low: -100, high: 100 });
  });
});

describe("counts that are equal in all runs", () => {
  it("leave open how rare events would be in a short time", () => {
    const short = { calm: { ...figuresWith().calm, seconds: 10 } };
    const { difference, interval, judgement } = comparison(
      runsOf("candidate", ...thrice({ old: short, now: short })),
      "leader-changes-calm",
    );
    // Three events at most in half a minute.
    expect(difference).toBe(0);
    expect(interval?.high).toBeCloseTo(6, 1);
    expect(judgement).toBe("open");
  });

  it("show it where there was time enough", () => {
    const found = comparison(runsOf("candidate", {}, {}, {}), "leader-changes-calm");
    expect(found.interval?.high).toBeCloseTo(2, 1);
    expect(found.judgement).toBe("within");
  });

  it("show nearly all where there were many", () => {
    const { interval } = comparison(runsOf("candidate", {}, {}, {}), "availability");
    expect(interval?.low).toBeCloseTo(-0.0166, 3);
    expect(interval?.high).toBeCloseTo(0.0166, 3);
  });
});

describe("too little to measure", () => {
  const hasty = {
    calm: { seconds: 2, operations: { ok: 200, all: 200 }, latencyMs: p99(1).calm.latencyMs },
  };
  const runsWithoutCalm = runsOf("candidate", { now: hasty }, {}, {});

  it.each(["throughput-calm", "leader-changes-calm"])("leaves a hasty run out of %s", (metric) => {
    expect(comparison(runsWithoutCalm, metric).pairs.map(({ round }) => round)).toEqual([2, 3]);
  });

  it("judges the whole load where a run has no calm time, in all rounds", () => {
    expect(comparison(runsWithoutCalm, "latency-p99")).toMatchObject({
      title: "latency p99",
      threshold: 25,
      pairs: [{ compared: 8 }, { compared: 8 }, { compared: 8 }],
    });
    expect(comparison(runsWithoutCalm, "leader-changes").threshold).toBe(3);
    expect(comparison(runsWithoutCalm, "leader-changes-calm")).not.toHaveProperty("threshold");
  });

  it("judges calm time where all runs have it", () => {
    const runs = runsOf("candidate", { now: p99(9) }, {});
    expect(comparison(runs, "latency-p99")).toMatchObject({
      title: "latency p99 in calm time",
      pairs: [{ compared: 9 }, { compared: 8 }],
    });
    expect(comparison(runs, "leader-changes-calm").threshold).toBe(3);
    expect(comparison(runs, "leader-changes")).not.toHaveProperty("threshold");
  });

  it("leaves out a percentile that no operation exceeded", () => {
    const few = {
      operations: { ok: 99, fail: 0, info: 0 },
      calm: { ...figuresWith().calm, operations: { ok: 99, all: 99 } },
    };
    const runs = runsOf("candidate", { now: few }, { now: few });
    expect(comparison(runs, "latency-p99").pairs).toEqual([]);
    expect(comparison(runs, "latency-p95").pairs).toHaveLength(2);
  });

  it("leaves out a run without operations or time", () => {
    const nothing: Partial<RunFigures> = { operations: { ok: 0, fail: 0, info: 0 } };
    const runs = runsOf("candidate", { now: nothing }, {}, {});
    expect(comparison(runs, "availability").pairs.map(({ round }) => round)).toEqual([2, 3]);
  });
});

describe("faults", () => {
  const withFaults = (...faults: readonly Parameters<typeof faultWith>[0][]) => ({
    faults: faults.map(faultWith),
  });

  it("of one nemesis are taken together", () => {
    const two = withFaults(
      { operations: { ok: 100, all: 100 } },
      { operations: { ok: 100, all: 300 } },
    );
    expect(
      comparison(runsOf("candidate", { now: two, old: two }), "availability/kill").pairs,
    ).toEqual([{ round: 1, baseline: 50, compared: 50 }]);
  });

  it("that one of both legs lacks cannot be compared", () => {
    const runs = runsOf("candidate", ...thrice({ old: withFaults({}) }));
    for (const metric of ["availability/kill", "recovery/kill"]) {
      expect(comparison(runs, metric)).toMatchObject({ pairs: [], judgement: "open" });
    }
  });

  it("that were not seen in force count for nothing", () => {
    const unseen = { ...unseenFault, operations: { ok: 0, all: 500 } };
    const old = withFaults({});
    const now = { faults: [unseen, faultWith()] };
    expect(comparison(runsOf("candidate", { old, now }), "availability/kill").pairs).toEqual([
      { round: 1, baseline: 100, compared: 100 },
    ]);
  });

  it("have a recovery each, held against its own counterpart", () => {
    const old = { faults: [faultWith({ recoveryMs: 9_000 }), faultWith({ recoveryMs: 100 })] };
    const now = { faults: [unrecoveredFault, faultWith({ recoveryMs: 150 })] };
    expect(comparison(runsOf("candidate", { old, now }), "recovery/kill").pairs).toEqual([
      { round: 1, baseline: 100, compared: 150 },
    ]);
  });

  it("whose recovery got lost more often with the new set-up prove nothing", () => {
    const known = faultWith();
    const some = { old: { faults: [known, known] }, now: { faults: [known, unrecoveredFault] } };
    const lost = comparison(runsOf("candidate", some, some, some), "recovery/kill");
    expect(lost.interval).toEqual({ low: 0, high: 0 });
    expect(lost.judgement).toBe("open");

    const turned = { old: some.now, now: some.old };
    const won = comparison(runsOf("candidate", turned, turned, turned), "recovery/kill");
    expect(won.judgement).toBe("within");
    expect(comparison(runsOf("candidate", some, turned), "recovery/kill").judgement).toBe("within");
  });
});
