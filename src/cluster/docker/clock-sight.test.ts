import { describe, expect, it } from "vitest";
import { judgeReset, judgeSkewed, parseInstant, parseSight } from "./clock-sight.js";

/** 2026-01-02T03:04:05Z. */
const nowMs = 1_767_323_045_000;

function process(state: string): string {
  return `etcd 12 77 (etcd) ${state} ${Array.from({ length: 40 }, (_, index) => index).join(" ")}`;
}

interface Seen {
  readonly state?: string;
  readonly isHooked?: boolean;
  readonly page?: { readonly aheadNs: number; readonly billionths: number };
  /** Ahead of the machine's clock at the first reading and at the second, one second later. */
  readonly aheadMs?: readonly [number, number?];
  readonly tookMs?: number;
}

const seconds = (ms: number) => (ms / 1e3).toFixed(6);

/** What the script prints; etcd answers in the middle of the time that it takes. */
function printed({ state, isHooked = true, page, aheadMs, tookMs = 0.4 }: Seen): string {
  const { aheadNs = 0, billionths = 1e9 } = page ?? {};
  const told = (aheadOf: number, atMs: number) => {
    const instant = new Date(nowMs + atMs + aheadOf).toISOString();
    const [before, after] = [nowMs + atMs - tookMs / 2, nowMs + atMs + tookMs / 2];
    return `told ${seconds(before)} ${instant}"} ${seconds(after)}`;
  };
  const [first, second] = aheadMs ?? [];
  return [
    ...(state === undefined ? [] : [process(state)]),
    ...(state !== undefined && isHooked ? ["hooked 77"] : []),
    `wall ${aheadNs} ${billionths}`,
    "monotonic 123 1000000000",
    ...(first === undefined ? [] : [told(first, 0)]),
    ...(second === undefined ? [] : ["later", told(second, 1_000)]),
    "",
  ].join("\n");
}

const judged = (seen: Seen) => {
  const sight = parseSight(printed(seen));
  return {
    skewed: judgeSkewed("n1", sight).holds,
    reset: judgeReset("n1", sight).holds,
    evidence: judgeSkewed("n1", sight).evidence,
  };
};

it("reads instants with all their digits, in any zone", () => {
  expect(parseInstant("2026-01-02T03:04:05Z")).toBe(nowMs);
  expect(parseInstant("2026-01-02T03:04:05.25Z")).toBe(nowMs + 250);
  expect(parseInstant("2026-01-02T03:04:05.000250Z")).toBeCloseTo(nowMs + 0.25, 3);
  expect(parseInstant("2026-01-02T05:04:05.000000001+02:00")).toBeCloseTo(nowMs, 3);
});

it("takes the reading of each batch that took the shortest", () => {
  const line = (before: number, after: number) =>
    `told ${seconds(nowMs + before)} 2026-01-02T03:04:05.001Z"} ${seconds(nowMs + after)}`;
  const text = [line(0, 9), line(0, 2), line(0, 5), "later", line(20, 30), line(20, 21)].join("\n");
  expect(parseSight(text).readings.map(({ before, after }) => after - before)).toEqual([2, 1]);
});

describe("a running etcd is believed and its page is not", () => {
  it.each<[string, Seen, { skewed: boolean; reset: boolean }]>([
    ["a right clock", { aheadMs: [0, 0] }, { skewed: false, reset: true }],
    ["ahead by 10 ms", { aheadMs: [10, 10] }, { skewed: true, reset: false }],
    ["behind by an hour", { aheadMs: [-3.6e6, -3.6e6] }, { skewed: true, reset: false }],
    ["too fast, and right just now", { aheadMs: [0, 100] }, { skewed: true, reset: false }],
    ["too slow, and right just now", { aheadMs: [0, -500] }, { skewed: true, reset: false }],
    [
      "too slow a look at a right clock",
      { aheadMs: [0, 0], tookMs: 80 },
      { skewed: false, reset: false },
    ],
    [
      "too slow a look at a small jump",
      { aheadMs: [10, 10], tookMs: 30 },
      { skewed: false, reset: false },
    ],
    ["no answer", {}, { skewed: false, reset: false }],
    ["one answer alone", { aheadMs: [0] }, { skewed: false, reset: false }],
  ])("%s", (_, seen, expected) => {
    const page = { aheadNs: seen.aheadMs?.[0] === 0 ? 0 : 5e9, billionths: 1e9 };
    expect(judged({ state: "S", page, ...seen })).toMatchObject(expected);
  });

  it("nor is it right where only its page is wrong: it may be the next one's", () => {
    const page = { aheadNs: 5e9, billionths: 1e9 };
    expect(judged({ state: "S", page, aheadMs: [0, 0] })).toMatchObject({
      skewed: false,
      reset: false,
    });
  });

  it("says what was compared", () => {
    expect(judged({ state: "S", aheadMs: [-250, -350] }).evidence).toBe(
      "the time that etcd on n1 tells is 250.0 ms behind the machine's clock (+-0.2 ms), and ran at 0.900 to 0.900 times its speed",
    );
  });
});

describe("where none can be asked", () => {
  const wrong = { aheadNs: -2e9, billionths: 1e9 };

  it.each([
    ["no etcd", {}, { skewed: false, reset: true }],
    ["no etcd, a wrong page", { page: wrong }, { skewed: true, reset: false }],
    [
      "no etcd, a fast page",
      { page: { aheadNs: 0, billionths: 2e9 } },
      { skewed: true, reset: false },
    ],
    ["a stopped etcd", { state: "T" }, { skewed: false, reset: true }],
    ["a stopped etcd, a wrong page", { state: "T", page: wrong }, { skewed: true, reset: false }],
  ])("%s: the page counts", (_, seen, expected) => {
    expect(judged(seen)).toMatchObject(expected);
  });

  it.each(["S", "T"])("an etcd in state %s without a clock of its own proves nothing", (state) => {
    const seen = { state, isHooked: false, page: wrong, aheadMs: [-2_000, -2_000] } as const;
    expect(judged(seen)).toEqual({
      skewed: false,
      reset: false,
      evidence: "etcd on n1 goes by the machine's clock",
    });
  });

  it("says by what it goes", () => {
    expect(judged({ page: wrong }).evidence).toBe(
      "no etcd runs on n1 to be asked for its clock: by its page it is 2000.0 ms behind the machine's and runs at 1 times its speed",
    );
  });
});
