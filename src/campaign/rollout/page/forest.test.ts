import { describe, expect, it } from "vitest";
import { forestPlot } from "./forest.js";
import type { Comparison } from "../rollout-record.js";
import { harmful } from "./testing-rollout-comparisons.fixture.js";

const slower: Comparison = {
  leg: "candidate",
  metric: "recovery/kill",
  title: "recovery after kill",
  unit: "ms",
  scale: "difference",
  worse: "higher",
  pairs: [{ round: 1, baseline: 400, compared: 500 }],
  difference: 100,
  interval: { low: 50, high: 150 },
  answer: "worse",
  threshold: 200,
  judgement: "within",
};
const zero = 120;

describe("the drawing of a difference", () => {
  it("has better on the left, zero in the middle and worse on the right, if higher is worse", () => {
    const drawn = marksOf(slower);
    expect(drawn.estimate).toBeGreaterThan(zero);
    expect(drawn.low).toBeLessThan(drawn.estimate);
    expect(drawn.high).toBeGreaterThan(drawn.estimate);
    expect(drawn.limit).toBeGreaterThan(drawn.high);
    expect(drawn.texts).toEqual(["allowed", "◂ better", "0", "worse ▸"]);
  });

  it("turns the axis where lower is worse", () => {
    const drawn = marksOf({
      ...slower,
      worse: "lower",
      difference: 100,
      interval: { low: -250, high: 150 },
    });
    expect(drawn.estimate).toBeLessThan(zero);
    // Of the interval the end that is worse reaches beyond what is allowed.
    expect(drawn.high).toBeGreaterThan(drawn.limit);
    expect(drawn.limit).toBeGreaterThan(zero);
  });

  it("is to scale", () => {
    const { estimate, low, limit } = marksOf(slower);
    expect((estimate - zero) / (limit - zero)).toBeCloseTo(100 / 200, 2);
    expect((low - zero) / (limit - zero)).toBeCloseTo(50 / 200, 2);
  });

  it("shows a value without an interval by an empty dot", () => {
    const { interval, ...single } = slower;
    expect(interval).toBeDefined();
    const drawing = drawingOf(single);
    expect(drawing).toContain('class="estimate lone"');
    expect(drawing).not.toContain('class="interval"');
  });

  it("tells its content in words", () => {
    expect(drawingOf(slower)).toContain(
      'aria-label="+100 ms [+50, +150]; allowed: at most 200 ms longer; worse; within what is allowed. Better is on the left, worse on the right."',
    );
  });

  it("is not there where nothing is judged or nothing was measured", () => {
    const { judgement, ...shown } = slower;
    const { difference, interval, ...unmeasured } = slower;
    expect([judgement, difference, interval]).not.toContain(undefined);
    expect(forestPlot(shown)).toBeUndefined();
    expect(forestPlot(unmeasured)).toBeUndefined();
  });

  const extremes: readonly Partial<Comparison>[] = [
    { difference: 0, interval: { low: 0, high: 0 }, threshold: 0 },
    { difference: 1e9, interval: { low: -1e9, high: 3e9 }, threshold: 1e-9 },
    { difference: -1e-9, interval: { low: -2e-9, high: 0 }, threshold: 1e9 },
  ];

  it.each([...harmful, ...extremes.map((rest) => ({ ...slower, ...rest }))])(
    "stays within its frame: $title $difference",
    (comparison) => {
      const drawing = forestPlot(comparison)?.html ?? "";
      for (const [, name = "", value = ""] of drawing.matchAll(
        /\s(x|x1|x2|cx|y|y1|y2|cy)="([^"]*)"/g,
      )) {
        expect(Number(value), name).toBeGreaterThanOrEqual(0);
        expect(Number(value), name).toBeLessThanOrEqual(name.includes("x") ? 240 : 50);
      }
      for (const [, x, width] of drawing.matchAll(/ x="([^"]*)"[^>]* width="([^"]*)"/g)) {
        expect(Number(x) + Number(width)).toBeLessThanOrEqual(240);
      }
    },
  );
});

function drawingOf(comparison: Comparison): string {
  const drawing = forestPlot(comparison);
  if (!drawing) throw new Error("expected a drawing");
  return drawing.html;
}

function marksOf(comparison: Comparison) {
  const drawing = drawingOf(comparison);
  const numberOf = (pattern: RegExp) => Number(pattern.exec(drawing)?.[1]);
  return {
    estimate: numberOf(/<circle[^>]* cx="([^"]*)"/),
    low: numberOf(/class="interval" x1="([^"]*)"/),
    high: numberOf(/class="interval" x1="[^"]*" x2="([^"]*)"/),
    limit: numberOf(/class="limit" x1="([^"]*)"/),
    texts: [...drawing.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text),
  };
}
