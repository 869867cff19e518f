import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import { fail, historyOf, info, ok } from "../../testing/histories.js";
import { setFull } from "./set-full.js";
import type { SetElement, SetInput, SetOperation, SetOutput } from "./set-operation.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const key = "s";
const add = (element: number): SetInput => ({ f: "add", key, element });
const read: SetInput = { f: "read", key };
const done: SetOutput = { added: true };
const found = (...elements: SetElement[]): SetOutput => ({ elements });
const refused = (...elements: SetElement[]): SetOutput => ({ added: false, found: elements });
const atTheEnd = { phase: "final" } as const;

const judge = async (...operations: SetOperation[]) =>
  setFull.check(historyOf(operations), context);

describe("a set that keeps what was added", () => {
  it("is valid, with the figures", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", add(2), refused(1)),
      ok(1, "4..5", add(2), done),
      info(2, "6..7", add(3)),
      fail(0, "8..9", add(4)),
      fail(0, "10..11", read),
      ok(0, "12..13", read, found(2, 1), atTheEnd),
    );
    expect(verdict).toEqual({
      validity: "valid",
      summary:
        "Each of 2 elements was found from then on when it was known, and none before it was added, in 2 answers about 1 set.",
      findings: [],
      details: {
        sets: 1,
        answers: 2,
        attempted: 4,
        acknowledged: 2,
        found: 2,
        lost: 0,
        unexpected: 0,
        duplicated: 0,
        stale: 0,
        missing: 0,
        neverRead: 0,
        timeToVisibilityMs: { p50: 0, p95: 0, p99: 0, max: 0 },
        elapsedMs: expect.any(Number) as number,
      },
    });
  });

  it.each<[string, SetOperation[]]>([
    [
      "an answer that was under way when it was acknowledged may miss it",
      [ok(0, "0..2", add(1), done), ok(1, "1..3", read, found()), ok(1, "4..5", read, found(1))],
    ],
    [
      "one that was under way when it was first found may miss it",
      [
        info(0, "0..1", add(1)),
        ok(1, "2..5", read, found(1)),
        ok(2, "3..6", read, found()),
        ok(2, "7..8", read, found(1)),
      ],
    ],
    [
      "an add may be seen before it is acknowledged",
      [ok(0, "0..4", add(1), done), ok(1, "1..2", read, found(1)), ok(1, "5..6", read, found(1))],
    ],
    [
      "an add of unknown outcome may take effect late, or only at the end",
      [
        info(0, "0..1", add(1)),
        ok(1, "2..3", read, found()),
        ok(1, "4..5", read, found(), atTheEnd),
        ok(2, "6..7", read, found(1), atTheEnd),
      ],
    ],
    [
      "an add of unknown outcome may never take effect",
      [
        info(0, "0..", add(1)),
        ok(1, "1..2", add(2), done),
        ok(1, "3..4", read, found(2), atTheEnd),
      ],
    ],
    [
      "a failed read tells nothing",
      [ok(0, "0..1", add(1), done), fail(1, "2..3", read), ok(1, "4..5", read, found(1))],
    ],
    [
      "sets have nothing to do with each other",
      [
        ok(0, "0..1", add(1), done),
        ok(1, "2..3", { f: "read", key: "other" }, found()),
        ok(1, "4..5", read, found(1)),
      ],
    ],
  ])("%s", async (_, operations) => {
    expect(await judge(...operations)).toMatchObject({ validity: "valid", findings: [] });
  });
});

describe("a lost element", () => {
  it("was acknowledged, and nobody finds it at the end", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(17), done),
      ok(1, "2..3", add(18), done),
      ok(3, "341..342", read, found(18)),
      ok(0, "400..401", read, found(18), atTheEnd),
      ok(1, "402..403", read, found(18), atTheEnd),
    );
    expect(verdict).toMatchObject({
      validity: "invalid",
      summary: "Of 2 elements: 1 lost, in 3 answers about 1 set.",
      details: { lost: 1, stale: 0, missing: 0, timeToVisibilityMs: { max: 0 } },
    });
    expect(verdict.findings).toEqual([
      {
        message:
          "key s: process 3 on n4 did not find 17 although process 0 on n1 was told that it was added 340 ms before, nor did any of the 2 reads at the end",
        operations: [0, 341, 402],
        explanation: [
          "Process 0 on n1 asked to add 17 at 0.000 s and was answered at 0.001 s: it was added.",
          "After that process 3 on n4 asked at 0.341 s and was answered at 0.342 s and found 1 element, but not this one.",
          "Nothing is ever taken out of a set: whoever asks later must find it.",
        ],
      },
    ]);
  });

  it("was of unknown outcome, was found, and nobody finds it at the end", async () => {
    const { findings, details } = await judge(
      info(0, "0..1", add(17)),
      ok(1, "2..3", read, found(17)),
      ok(2, "4..5", read, found(), atTheEnd),
    );
    expect(details).toMatchObject({ lost: 1 });
    expect(findings).toMatchObject([
      {
        message:
          "key s: process 2 on n3 did not find 17 although process 1 on n2 found it 1 ms before, nor did the only read at the end",
        operations: [0, 2, 4],
      },
    ]);
  });

  it("may have been found by what a refused add found", async () => {
    const { findings } = await judge(
      info(0, "0..1", add(17)),
      ok(1, "2..3", add(18), refused(17)),
      ok(2, "4..5", read, found(), atTheEnd),
    );
    expect(findings).toMatchObject([{ operations: [0, 2, 4] }]);
  });
});

describe("a stale answer", () => {
  it("misses what later ones find", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), done),
      ok(1, "4..5", read, found()),
      ok(1, "8..9", add(2), refused()),
      ok(2, "10..11", read, found(1)),
    );
    expect(verdict).toMatchObject({
      validity: "invalid",
      summary: "Of 2 elements: 1 stale, in 3 answers about 1 set.",
      details: { timeToVisibilityMs: { p50: 7, max: 7 } },
    });
    expect(verdict.findings).toMatchObject([
      {
        message:
          "key s: process 1 on n2 did not find 1 although process 0 on n1 was told that it was added 3 ms before; later ones did",
        operations: [0, 4],
      },
    ]);
  });

  it("may be one of those at the end, where others find it", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), done),
      ok(0, "2..3", read, found(1), atTheEnd),
      ok(1, "4..5", read, found(), atTheEnd),
    );
    expect(verdict).toMatchObject({ validity: "invalid", details: { stale: 1, lost: 0 } });
    expect(verdict.findings[0]?.message).toMatch(/; reads at the end did$/);
    // It never came to be found by everybody.
    expect(verdict.details).not.toHaveProperty("timeToVisibilityMs");
  });

  it("is a refused add's, too", async () => {
    const { details } = await judge(
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", add(2), refused()),
      ok(1, "4..5", read, found(1), atTheEnd),
    );
    expect(details).toMatchObject({ stale: 1 });
  });
});

it("calls an element missing where nobody could tell at the end", async () => {
  const before = [ok(0, "0..1", add(1), done), ok(1, "2..3", read, found())];
  const verdict = await judge(...before);
  expect(verdict).toMatchObject({ validity: "invalid", details: { missing: 1, lost: 0 } });
  expect(verdict.findings).toMatchObject([
    {
      message:
        "key s: process 1 on n2 did not find 1 although process 0 on n1 was told that it was added 1 ms before; no read at the end tells whether it is lost or was only late",
      operations: [0, 2],
    },
  ]);
  const unanswered = await judge(...before, fail(2, "4..5", read, atTheEnd));
  expect(unanswered.details).toMatchObject({ missing: 1, lost: 0 });
});

describe("an unexpected element", () => {
  it("was added by nobody", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", read, found(1, "rubbish")),
    );
    expect(verdict).toMatchObject({
      validity: "invalid",
      summary: "Of 1 element: 1 unexpected, in 1 answer about 1 set.",
    });
    expect(verdict.findings).toMatchObject([
      {
        message: 'key s: process 1 on n2 found "rubbish", which nobody ever asked to add',
        operations: [2],
      },
    ]);
  });

  it("was added to another set", async () => {
    const { findings } = await judge(
      ok(0, "0..1", { f: "add", key: "other", element: 1 }, done),
      ok(1, "2..3", read, found(1)),
      ok(1, "4..5", { f: "read", key: "other" }, found(1)),
    );
    expect(findings).toMatchObject([{ operations: [2] }]);
  });

  it("was found before anybody asked to add it, and is known only later", async () => {
    const verdict = await judge(
      ok(0, "0..1", read, found(1)),
      ok(1, "2..3", read, found()),
      ok(2, "5..6", add(1), done),
      ok(2, "7..8", read, found(1), atTheEnd),
    );
    expect(verdict.details).toMatchObject({ unexpected: 1, stale: 0, found: 1 });
    expect(verdict.findings).toMatchObject([
      {
        message: "key s: process 0 on n1 found 1 4 ms before process 2 on n3 asked to add it",
        operations: [0, 5],
      },
    ]);
  });

  it("was refused or failed whenever somebody asked to add it", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), refused()),
      fail(0, "2..3", add(1)),
      ok(1, "4..5", read, found(1), atTheEnd),
    );
    expect(verdict.details).toMatchObject({ unexpected: 1, acknowledged: 0, found: 0 });
    expect(verdict.findings).toMatchObject([
      {
        message:
          "key s: process 1 on n2 found 1, although it was never added: 1 attempt refused, 1 attempt failed",
        operations: [0, 2, 4],
      },
    ]);
  });

  it("came with an attempt that was refused, before the one that was not", async () => {
    const { findings } = await judge(
      ok(0, "0..1", add(1), refused()),
      ok(1, "2..3", read, found(1)),
      ok(0, "4..5", add(1), done),
      ok(1, "6..7", read, found(1), atTheEnd),
    );
    expect(findings).toMatchObject([{ operations: [2, 4] }]);
  });
});

it("finds what is there twice", async () => {
  const verdict = await judge(
    ok(0, "0..1", add(1), done),
    ok(1, "2..3", read, found(1, 1)),
    ok(1, "4..5", read, found(1), atTheEnd),
  );
  expect(verdict).toMatchObject({ validity: "invalid", details: { duplicated: 1, unexpected: 0 } });
  expect(verdict.findings).toMatchObject([
    {
      message: "key s: process 1 on n2 found 1 2 times, which is a set's once at most",
      operations: [0, 2],
    },
  ]);
});

describe("is unknown", () => {
  it("where an acknowledged element could not be found by anybody", async () => {
    const verdict = await judge(
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", read, found(1)),
      ok(0, "4..6", add(2), done),
      ok(1, "5..7", read, found(1), atTheEnd),
    );
    expect(verdict).toMatchObject({
      validity: "unknown",
      summary:
        "Nothing wrong was found in 2 answers about 1 set. 1 acknowledged element could not be found by anybody, since nobody asked afterwards: whether they were kept is not known.",
      findings: [{ operations: [4] }],
      details: { neverRead: 1 },
    });
  });

  it("where nothing was ever found", async () => {
    const verdict = await judge(info(0, "0..1", add(1)), ok(1, "2..3", read, found(), atTheEnd));
    expect(verdict).toMatchObject({
      validity: "unknown",
      summary: "No element was ever found in 1 answer about 1 set.",
    });
    expect(await judge()).toMatchObject({ validity: "unknown" });
  });

  it("where there is no time, or the check is stopped", async () => {
    const history = historyOf([
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", read, found(1), atTheEnd),
    ]);
    const late = await setFull.check(history, { ...context, deadlineMs: 0 });
    expect(late).toMatchObject({
      validity: "unknown",
      details: { sets: 0, reason: "deadline" },
    });
    expect(late.summary).toMatch(/The time was up before the end/);
    const signal = AbortSignal.abort();
    const stopped = await setFull.check(history, { ...context, signal });
    expect(stopped).toMatchObject({ validity: "unknown", details: { reason: "aborted" } });
    expect(stopped.summary).toMatch(/The check was stopped before its end/);
  });
});

describe("where there was time for some of the sets", () => {
  // Else a machine that is slow may take a pause, and the signal be asked once more.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const other: SetInput = { f: "read", key: "other" };
  const rest: SetOperation[] = [
    ok(0, "6..7", { f: "add", key: "other", element: 2 }, done),
    ok(1, "8..9", other, found(2), atTheEnd),
  ];
  /** It is asked before each set. */
  const afterOne = () => {
    let asked = 0;
    return {
      ...context,
      signal: {
        get aborted() {
          return asked++ > 0;
        },
      } as AbortSignal,
    };
  };

  it("is unknown although these are right", async () => {
    const history = historyOf([
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", read, found(1), atTheEnd),
      ...rest,
    ]);
    expect(await setFull.check(history, afterOne())).toMatchObject({ validity: "unknown" });
    expect(await setFull.check(history, context)).toMatchObject({ validity: "valid" });
  });

  it("is invalid where one of these is wrong", async () => {
    const history = historyOf([
      ok(0, "0..1", add(1), done),
      ok(1, "2..3", read, found(), atTheEnd),
      ...rest,
    ]);
    const verdict = await setFull.check(history, afterOne());
    expect(verdict).toMatchObject({
      validity: "invalid",
      details: { lost: 1, sets: 1, reason: "aborted" },
    });
    expect(verdict.summary).toMatch(/1 lost.* The check was stopped/);
  });
});

describe("says little about much", () => {
  it("puts into one finding what one answer missed", async () => {
    const { findings, details } = await judge(
      ...Array.from({ length: 8 }, (_, i) => ok(0, `${2 * i}..${2 * i + 1}`, add(i), done)),
      ok(1, "20..21", read, found(), atTheEnd),
    );
    expect(details).toMatchObject({ lost: 8 });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(/did not find 0 .*; so it is with 7 more elements$/);
  });

  it("shows the worst first and five of each kind, and counts all", async () => {
    const { findings, details } = await judge(
      ok(0, "0..1", add(1), done),
      ok(0, "2..3", add(2), done),
      ...Array.from({ length: 8 }, (_, i) => {
        const others = Array.from({ length: i + 1 }, (_, j) => 100 + j);
        return ok(1, `${2 * i + 4}..${2 * i + 5}`, read, found(1, ...others));
      }),
      ok(1, "40..41", read, found(1), atTheEnd),
    );
    expect(details).toMatchObject({ lost: 1, unexpected: 8 });
    const places = findings.map(({ operations }) => operations);
    expect(places).toEqual([[2, 4, 40], [4], [6], [8], [10], [12]]);
  });

  it("cuts what nobody can have written", async () => {
    const { findings } = await judge(ok(0, "0..1", read, found("x".repeat(1_000))));
    expect(findings[0]?.message.length).toBeLessThan(150);
  });
});
