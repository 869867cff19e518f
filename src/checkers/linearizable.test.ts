import { describe, expect, it } from "vitest";
import type { CheckContext } from "../core/checker.js";
import { type KvInput, kvModel } from "../models/kv.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../models/register.js";
import { fail, historyOf, info, ok } from "../testing/histories.js";
import { linearizable } from "./linearizable.js";
import { tellCounterexample } from "./tell-counterexample.js";
import { byClock } from "./words.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const checker = linearizable(registerModel);

const key = "r/3";
const read: RegisterInput = { f: "read", key };
const write = (value: number): RegisterInput => ({ f: "write", key, value });
const swap = (expected: number, value: number): RegisterInput => ({
  f: "cas",
  key,
  on: "value",
  expected,
  value,
});
const saw = (value: number | null): RegisterOutput => ({ value, modRevision: 0, version: 0 });
const done: RegisterOutput = { revision: 9 };
const swapped: RegisterOutput = { swapped: true, revision: 9 };

const judge = async (
  ...operations: Parameters<typeof historyOf<RegisterInput, RegisterOutput>>[0]
) => checker.check(historyOf(operations), context);

describe("says in a sentence what is wrong", () => {
  it("a stale read: what it saw, and what had replaced that", async () => {
    const verdict = await judge(
      ok(1, "0..1", write(17), done),
      ok(2, "2..3", write(21), done),
      ok(0, "4..5", read, saw(21)),
      ok(4, "343..350", read, saw(17)),
    );
    expect(verdict).toMatchObject({
      validity: "invalid",
      summary: "key r/3 is not linearizable, out of 4 operations in 1 part.",
    });
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]).toMatchObject({
      message:
        "key r/3: process 4 on n5 read 17 although process 2 on n3 wrote 21, which had replaced that 340 ms before",
      operations: [0, 2, 343],
      explanation: [
        "Process 1 on n2 wrote 17: it asked at 0.000 s and was answered at 0.001 s.",
        "Process 2 on n3 wrote 21: it asked at 0.002 s and was answered at 0.003 s.",
        "Process 4 on n5 read 17: it asked at 0.343 s and was answered at 0.350 s.",
        'Process 2 on n3 ("wrote 21") asked only when process 1 on n2 ("wrote 17") had been answered, so it took effect after that.',
        'Process 4 on n5 ("read 17") asked only after that, when what it found was gone.',
        "Of all operations on key r/3, 3 could be put in an order, and then none could come next.",
      ],
      counterexample: {
        subject: "key r/3",
        operations: [
          { index: 0, description: "process 1 on n2 wrote 17" },
          { index: 2, description: "process 2 on n3 wrote 21" },
          { index: 343, description: "process 4 on n5 read 17" },
        ],
        attempts: {
          shown: [
            {
              order: [
                { index: 0, state: "17" },
                { index: 2, state: "21" },
              ],
              blocked: [
                {
                  index: 343,
                  because: "process 4 on n5 cannot come next: it read 17, but the key held 21",
                },
              ],
              words:
                "Process 1 on n2 wrote 17, then process 2 on n3 wrote 21. Process 4 on n5 cannot come next: it read 17, but the key held 21.",
            },
          ],
          others: 0,
          isComplete: true,
        },
        linearizablePrefix: [
          { index: 0, description: "process 1 on n2 wrote 17", state: "17" },
          { index: 2, description: "process 2 on n3 wrote 21", state: "21" },
          { index: 4, description: "process 0 on n1 read 21", state: "21" },
        ],
        stuck: [{ index: 343, reason: "it read 17, but the key held 21" }],
      },
    });
  });

  it("a lost write", async () => {
    const { findings } = await judge(
      ok(1, "0..1", write(17), done),
      ok(0, "4..5", read, saw(null)),
    );
    expect(findings[0]?.message).toBe(
      "key r/3: process 0 on n1 read nothing although process 1 on n2 wrote 17, done 3 ms before",
    );
  });

  it("a value that was seen and then not", async () => {
    const { findings } = await judge(
      info(1, "0..", write(17)),
      ok(2, "1..2", read, saw(17)),
      ok(0, "4..5", read, saw(null)),
    );
    expect(findings[0]?.message).toBe(
      "key r/3: process 0 on n1 read nothing although process 2 on n3 read 17, done 2 ms before",
    );
  });

  it("two swaps of one value", async () => {
    const { findings } = await judge(
      ok(0, "0..1", write(1), done),
      ok(1, "2..10", swap(1, 2), swapped),
      ok(2, "3..11", swap(1, 3), swapped),
    );
    expect(findings[0]?.message).toBe(
      "key r/3: process 2 on n3 swapped 1 for 3 although process 1 on n2 swapped 1 for 2: only one of them can have found it",
    );
  });

  it("whatever fits no plain pattern, by what stood in the way", async () => {
    const { findings } = await judge(
      ok(0, "0..9", write(1), done),
      ok(1, "1..12", write(2), done),
      ok(2, "2..3", read, saw(2)),
      ok(2, "4..5", read, saw(1)),
      ok(3, "6..7", read, saw(2)),
    );
    expect(findings[0]?.message).toBe(
      "key r/3: process 3 on n4 read 2, which no order of the operations allows; in the order that came farthest, it read 2, but the key held 1",
    );
  });

  it("a value from nowhere, and one from the future", async () => {
    const nowhere = await judge(ok(0, "0..1", read, saw(5)));
    expect(nowhere.findings[0]?.message).toBe(
      "key r/3: process 0 on n1 read 5, which nothing in the history had put there",
    );
    const future = await judge(ok(0, "0..1", read, saw(5)), ok(1, "2..3", write(5), done));
    expect(future.findings[0]?.message).toBe(
      "key r/3: process 0 on n1 read 5, which was put there only later",
    );
  });
});

describe("tells which orders of the few operations were tried", () => {
  it("each in a few sentences, with what had to wait and what need not have happened", async () => {
    const { findings } = await judge(
      info(0, "0..", write(1)),
      ok(1, "1..12", write(2), done),
      ok(2, "2..3", read, saw(2)),
      ok(2, "4..5", read, saw(1)),
      ok(3, "6..7", read, saw(2)),
    );
    const { attempts } = findings[0]?.counterexample ?? {};
    expect(attempts?.shown.map(({ words }) => words)).toEqual([
      "Process 1 on n2 wrote 2, then process 2 on n3 read 2, then process 0 on n1 maybe wrote 1, then process 2 on n3 read 1. Process 3 on n4 cannot come next: it read 2, but the key held 1.",
      'Process 0 on n1 maybe wrote 1, then process 1 on n2 wrote 2, then process 2 on n3 read 2. Process 2 on n3 ("read 1") cannot come next: it read 1, but the key held 2. Process 3 on n4 asked only after process 2 on n3 ("read 1") had been answered, so it cannot come before that.',
      expect.stringContaining("Process 1 on n2 wrote 2, then process 0 on n1 maybe wrote 1."),
    ]);
  });
});

it("tells no orders of an answer alone where the model does not say what led to it", async () => {
  const verdict = await linearizable(kvModel).check(
    historyOf<KvInput, string>([
      ok(0, "0..1", { f: "append", key, value: "a" }, ""),
      ok(1, "2..3", { f: "get", key }, "b"),
    ]),
    context,
  );
  const { attempts, stuck } = verdict.findings[0]?.counterexample ?? {};
  expect(attempts).toBeUndefined();
  expect(stuck).toEqual([{ index: 2, reason: 'it got "b", but the key held "a"' }]);
});

describe("stays of bounded size", () => {
  it("shows the end of a long order, and says how much came before", async () => {
    const writes = Array.from({ length: 300 }, (_, i) =>
      ok(0, `${2 * i}..${2 * i + 1}`, write(i), done),
    );
    const { findings } = await judge(...writes, ok(1, "600..601", read, saw(7)));
    const { linearizablePrefix, stepsLeftOut } = findings[0]?.counterexample ?? {};
    expect(linearizablePrefix).toHaveLength(200);
    expect(linearizablePrefix?.at(-1)).toMatchObject({ index: 598, state: "299" });
    expect(stepsLeftOut).toBe(100);
  });

  it("names a hundred operations where time did not suffice to find few", () => {
    const operations = Array.from({ length: 300 }, (_, n) =>
      ok<RegisterInput, RegisterOutput>(0, `${2 * n}..${2 * n + 1}`, write(n), done),
    );
    const all = operations.map((_, n) => n);
    const finding = tellCounterexample({
      model: registerModel,
      operations,
      part: {
        name: key,
        validity: "invalid",
        operations: Int32Array.from(all),
        statistics: { engine: "zones", operations: 300, visited: 0, bytes: 0, elapsedMs: 0 },
        counterexample: {
          operations: all,
          pending: [],
          isMinimal: false,
          attempts: { shown: [], others: 0, isComplete: false },
          linearizablePrefix: [],
          stuck: [],
        },
      },
      subject: key,
      wording: byClock,
    });
    expect(finding?.operations).toHaveLength(100);
    expect(finding?.counterexample).toMatchObject({ operationsLeftOut: 200 });
    expect(finding?.counterexample?.operations).toHaveLength(100);
    expect(finding?.explanation).toContain("And 200 operations more, called before these.");
  });
});

describe("takes outcomes for what they are", () => {
  it("what failed did not happen", async () => {
    const seen = await judge(fail(0, "0..1", write(5)), ok(1, "2..3", read, saw(5)));
    expect(seen.validity).toBe("invalid");
    const unseen = await judge(fail(0, "0..1", write(5)), ok(1, "2..3", read, saw(null)));
    expect(unseen).toMatchObject({
      validity: "valid",
      summary: "All 1 operation in 1 part are linearizable.",
    });
  });

  it("what is unknown may have happened, even after its error was recorded", async () => {
    const late = await judge(
      info(0, "0..1", write(5)),
      ok(1, "2..3", read, saw(null)),
      ok(1, "4..5", read, saw(5)),
    );
    expect(late.validity).toBe("valid");
    const never = await judge(info(0, "0..1", write(5)), ok(1, "2..3", read, saw(null)));
    expect(never.validity).toBe("valid");
  });

  it("the last reads count as much as all others", async () => {
    const verdict = await judge(
      ok(0, "0..1", write(5), done),
      ok(1, "2..3", read, saw(null), { phase: "final" }),
    );
    expect(verdict.validity).toBe("invalid");
  });

  it("the order of events is the order of time, whatever the clock says", async () => {
    const early = { ...ok(0, "0..1", write(5), done), completedAtNs: 9e9 };
    const verdict = await judge(early, ok(1, "2..3", read, saw(null)));
    expect(verdict.validity).toBe("invalid");
  });
});

describe("with many keys", () => {
  const on = (name: string, value: number, at: number) =>
    ok<RegisterInput, RegisterOutput>(0, `${at}..${at + 1}`, { f: "read", key: name }, saw(value));

  it("shows the plainest contradictions first, and says how many it does not show", async () => {
    const stale = [
      ok(0, "0..1", write(1), done),
      ok(0, "2..3", write(2), done),
      ok(0, "4..5", read, saw(1)),
    ];
    const verdict = await linearizable(registerModel, { mostShown: 2 }).check(
      historyOf([...stale, on("a", 9, 6), on("b", 9, 8)]),
      context,
    );
    expect(verdict.summary).toBe(
      "3 of 3 parts are not linearizable, out of 5 operations in 3 parts. 2 of them are shown.",
    );
    expect(verdict.findings.map(({ operations }) => operations)).toEqual([[6], [0, 2, 4]]);
    expect(verdict.details).toMatchObject({ invalid: 3, invalidParts: ["r/3", "a", "b"] });
  });

  it("says what each part cost, and who decided it", async () => {
    const history = historyOf([ok(0, "0..1", write(5), done), ok(1, "2..3", read, saw(5))]);
    expect((await checker.check(history, context)).details).toMatchObject({
      engines: { zones: 1 },
      slowest: [{ operations: 2, validity: "valid", engine: "zones", visited: 0 }],
    });
  });
});

it("is unknown, with advice, when it may not go on", async () => {
  const history = historyOf([ok(0, "0..1", write(5), done)]);
  const late = await checker.check(history, { ...context, deadlineMs: 0 });
  expect(late).toMatchObject({
    validity: "unknown",
    summary:
      "1 of 1 part stayed undecided when the time was up (0 s, 256 MB): allow more time (--checker-timeout) or judge fewer operations a key (--ops-per-key).",
    details: { reason: "deadline" },
  });
  const stopped = await checker.check(history, { ...context, signal: AbortSignal.abort() });
  expect(stopped).toMatchObject({ validity: "unknown", details: { reason: "aborted" } });
});
