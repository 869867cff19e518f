import { describe, expect, it } from "vitest";
import { roundFaults } from "./fault-bands.js";
import { pointsOf, ticksUpTo } from "./plot-scale.js";
import { plotsOf } from "./plots.js";
import type { FaultFigures, LegRun, RunFigures } from "../rollout-record.js";
import { figuresOf, legRunOf, lifelikeRollout } from "./testing-rollout.fixture.js";

describe("the plots of a round", () => {
  const { html: plots } = plotsOf(lifelikeRollout().runs, 1);
  const figures = plots.split("</figure>").slice(0, 3);

  it("are one a leg, each with the old set-up beside it", () => {
    expect(figures.map((figure) => /<h4>(.*?)<\/h4>/.exec(figure)?.[1])).toEqual([
      "With the new set-up",
      "During the change from old to new",
      "On the way back from new to old",
    ]);
    expect(figures.map(linesOf)).toEqual([
      ["old", "compared"],
      ["old faint", "compared"],
      ["old faint", "compared"],
    ]);
  });

  it("have a legend, units, and words for those who do not see them", () => {
    const [, forward = ""] = figures;
    const legend = /<ul class="legend">([^]*?)<\/ul>/.exec(forward)?.[1] ?? "";
    expect(
      legend
        .replaceAll(/<[^>]*>/g, " ")
        .replaceAll(/\s+/g, " ")
        .trim(),
    ).toBe(
      "Old set-up Change from old to new 1 fault (change from old to new), numbered as below ▼ a node is changed",
    );
    expect(forward).toContain("Operations that end ok, each second (ops/s)");
    const ticks = [...forward.matchAll(/class="tick (\w)"[^>]*>([^<]*)</g)].map(([, axis, text]) =>
      [axis, text].join(" "),
    );
    expect(ticks).toEqual([
      "y 0",
      "y 200",
      "y 400",
      "x 0 s",
      "x 10 s",
      "x 20 s",
      "x 30 s",
      "x 40 s",
    ]);
    expect(forward).toMatch(
      /aria-label="During the change from old to new, round 1: Old set-up: [\d.]+ ops\/s on average, 0 ops\/s in the worst second; Change from old to new: /,
    );
  });

  it("mark each fault of the run, and each change of a node", () => {
    const marks = figures.map((figure) =>
      [...figure.matchAll(/class="mark (\w+)"[^>]*>([^<]*)</g)].map(([, , text]) => text),
    );
    // The second fault is left out where nodes are changed, and the third is still the third.
    expect(marks).toEqual([
      ["1", "2", "3"],
      ["1", "3", "▼ n1", "▼ n2", "▼ n3"],
      ["1", "2", "3", "▼ n1", "▼ n2", "▼ n3"],
    ]);
    expect(figures[1]).toContain(
      "<title>▼ n2: n2 is restarted with the new set-up, from 23.0 s, over at 25.4 s</title>",
    );
  });

  it("show what is measured", () => {
    const run = withFigures({ seconds: 4, timeline: timelineOf([0, 100, 50, 100]), faults: [] });
    const { html } = plotsOf([run], 1);
    expect(pathIn(html)).toBe("125,200 375,9.5 625,104.8 875,9.5");
  });

  it("draw no last second that was none", () => {
    const run = withFigures({ seconds: 3.1, timeline: timelineOf([100, 100, 100, 9]), faults: [] });
    const { html } = plotsOf([run], 1);
    expect(pathIn(html).split(" ")).toHaveLength(3);
    expect(html).toContain("100 ops/s in the worst second");
  });

  it("take the last attempt of a run", () => {
    const early = withFigures({ seconds: 2, timeline: timelineOf([7, 7]), faults: [] });
    const later = withFigures({ seconds: 2, timeline: timelineOf([9, 9]), faults: [] });
    expect(plotsOf([early, later], 1).html).toContain("Old set-up: 9 ops/s on average");
  });

  it("say so where there is nothing to draw", () => {
    const { html } = plotsOf([legRunOf({ leg: "baseline" })], 1);
    expect(html.match(/There is nothing to draw/g)).toHaveLength(2);
    expect(html).toContain("New set-up: no figures");
    expect(plotsOf([], 1).html.match(/There is nothing to draw/g)).toHaveLength(3);
  });

  it("stay within their frame, whatever the times of faults", () => {
    const faults = [
      { ...aFault, injectedAtMs: -500, overAtMs: 900_000 },
      { ...aFault, injectedAtMs: 900_000 },
    ];
    const odd = withFigures({ ...figuresOf("baseline", 1), faults });
    for (const drawing of [plots, plotsOf([odd], 1).html]) expectWithinFrame(drawing);
  });
});

describe("faults of a round", () => {
  const kill = (injectedAtMs: number): FaultFigures => ({ ...aFault, injectedAtMs });

  it("are the same where they come nearest, though some are left out", () => {
    const [first, second] = roundFaults(
      new Map([
        ["baseline", { ...figuresOf("baseline", 1), faults: [kill(5_000), kill(20_000)] }],
        ["forward", { ...figuresOf("forward", 1), faults: [kill(20_300)] }],
      ]),
    );
    expect([...(first?.met.keys() ?? [])]).toEqual(["baseline"]);
    expect(second?.met.get("forward")?.injectedAtMs).toBe(20_300);
    expect([first?.number, second?.number]).toEqual([1, 2]);
  });

  it("are others where their words are others", () => {
    const other = { ...kill(5_000), description: "kill n3" };
    const faults = roundFaults(
      new Map([
        ["baseline", { ...figuresOf("baseline", 1), faults: [kill(5_000)] }],
        ["candidate", { ...figuresOf("candidate", 1), faults: [other] }],
      ]),
    );
    expect(faults.map(({ first, met }) => [first.description, [...met.keys()]])).toEqual([
      ["kill n2", ["baseline"]],
      ["kill n3", ["candidate"]],
    ]);
  });
});

describe("the scale of a plot", () => {
  it("has round steps", () => {
    expect(ticksUpTo(40, 6)).toEqual([0, 10, 20, 30, 40]);
    expect(ticksUpTo(0.35, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticksUpTo(7_200, 6)).toEqual([0, 2_000, 4_000, 6_000]);
    expect(ticksUpTo(0, 4)).toEqual([0]);
  });

  it("draws means of several seconds of a long load", () => {
    const { secondsEach, points } = pointsOf(Array.from({ length: 1_201 }, (_, second) => second));
    expect(secondsEach).toBe(3);
    expect(points).toHaveLength(401);
    expect(points[1]).toEqual([4.5, 4]);
    expect(points.at(-1)).toEqual([1_200.5, 1_200]);
  });
});

const aFault: FaultFigures = {
  nemesis: "kill",
  description: "kill n2",
  nodes: ["n2"],
  injectedAtMs: 0,
  operations: { ok: 9, all: 10 },
  outageMs: 100,
};

function withFigures(rest: Partial<RunFigures>): LegRun {
  return legRunOf({ figures: { ...figuresOf("baseline", 1), ...rest } });
}

function timelineOf(ok: readonly number[]): RunFigures["timeline"] {
  return { ok, failed: ok.map(() => 0), p99Ms: ok.map(() => null) };
}

function linesOf(figure: string): readonly (string | undefined)[] {
  const [, drawing = ""] = figure.split('<div class="canvas">');
  return [...drawing.matchAll(/<polyline class="([^"]*)"/g)].map(([, kind]) => kind);
}

/** The line of the old set-up in the first of these plots. */
function pathIn(plots: string): string {
  const [, drawing = ""] = plots.split('<div class="canvas">');
  return /<polyline class="old" points="([^"]*)"/.exec(drawing)?.[1] ?? "";
}

function expectWithinFrame(drawing: string): void {
  const points = [...drawing.matchAll(/points="([^"]*)"/g)].flatMap(([, text = ""]) =>
    text.split(" ").map((point) => point.split(",").map(Number)),
  );
  const rects = [...drawing.matchAll(/<rect x="([^"]*)" y="0" width="([^"]*)"/g)].flatMap(
    ([, x, width]) => [
      [Number(x), Number(width)],
      [Number(x) + Number(width), 0],
    ],
  );
  expect(points.length).toBeGreaterThan(20);
  for (const [x = NaN, y = NaN] of [...points, ...rects.map(([x]) => [x, 0])]) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(1000);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(200);
  }
  for (const [, width] of rects) expect(width).toBeGreaterThanOrEqual(0);
  for (const [, part] of drawing.matchAll(/style="(?:left|bottom):([^"%]*)%"/g)) {
    expect(Number(part)).toBeGreaterThanOrEqual(0);
    expect(Number(part)).toBeLessThanOrEqual(100);
  }
}
