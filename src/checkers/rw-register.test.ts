import { describe, expect, it } from "vitest";
import type { Operation } from "../core/operation.js";
import { fail, historyOf, info, ok } from "../testing/histories.js";
import {
  blackBox,
  byRevisions,
  type Recorded,
  type RegisterOperation,
  rwRegister,
} from "./rw-register.js";

const limits = { deadlineMs: 60_000, memoryMb: 64 };

interface Registers {
  readonly f: "txn";
  readonly operations: readonly RegisterOperation[];
  /** What took place in its stead, if it was refused. */
  readonly instead?: readonly RegisterOperation[];
}

function transactionsIn(operations: readonly Operation<Registers, null>[]): Recorded[] {
  return operations.flatMap((operation): Recorded[] => {
    const { process, index, completedIndex = Infinity, input, outcome } = operation;
    const span = { process, invokedAt: index, completedAt: completedIndex };
    const asked = { ...span, operations: input.operations };
    if (!input.instead) return [{ operation, transaction: { ...asked, outcome: outcome.type } }];
    return [
      { operation, transaction: { ...asked, outcome: "fail" } },
      { operation, transaction: { ...span, operations: input.instead, outcome: "ok" } },
    ];
  });
}

function judge(
  operations: readonly Operation<Registers, null>[],
  {
    inference = blackBox,
    ...context
  }: Partial<typeof limits & { signal: AbortSignal }> & {
    inference?: typeof blackBox;
  } = {},
) {
  const checker = rwRegister<Registers, null>({ transactionsIn, inference });
  return checker.check(historyOf(operations), { ...limits, ...context });
}

const w = (key: string, value: string, version?: number): RegisterOperation => ({
  ...{ f: "write", key, value },
  ...(version !== undefined && { version }),
});
const r = (key: string, value?: string | null, version?: number): RegisterOperation => ({
  ...{ f: "read", key },
  ...(value !== undefined && { value }),
  ...(version !== undefined && { version }),
});
const txn = (...operations: RegisterOperation[]): Registers => ({ f: "txn", operations });
const done = (process: number, span: string, ...operations: RegisterOperation[]) =>
  ok<Registers, null>(process, span, txn(...operations), null);

describe("says", () => {
  it("what it takes to explain all", async () => {
    expect(await judge([done(0, "0..1", w("x", "1")), done(1, "2..3", r("x", "1"))])).toMatchObject(
      {
        validity: "valid",
        summary: expect.stringMatching(/^All 2 transactions have an order/) as string,
        findings: [],
        details: { transactions: 2, keys: 1, anomalies: {}, partlyOrderedKeys: 0 },
      },
    );
  });

  it("of how many keys the order is not known", async () => {
    const { validity, summary } = await judge([
      done(0, "0..3", w("x", "1")),
      done(1, "1..2", w("x", "2")),
      done(1, "4..5", w("y", "1")),
    ]);
    expect(validity).toBe("valid");
    expect(summary).toBe(
      "Nothing in 3 transactions contradicts strict serializability. Of 1 of 2 keys the order of writes is known only in part.",
    );
  });

  it("which transactions contradict each other, and what they did", async () => {
    const { validity, findings } = await judge([
      done(0, "0..5", w("x", "1"), r("y", "1")),
      done(1, "1..4", w("y", "1"), r("x", "1")),
      info(2, "2..", txn(w("z", "9"))),
    ]);
    expect(validity).toBe("invalid");
    expect(findings).toEqual([
      {
        message:
          "2 transactions cannot be put into any order: T1 before T2 before T1 (G1c: each read, or overwrote, what the others had written (circular information flow))",
        operations: [0, 1],
        explanation: [
          "T1 (process 0 on n1, from 0.000 s to 0.005 s): write 1 to x; read y: 1.",
          "T2 (process 1 on n2, from 0.001 s to 0.004 s): write 1 to y; read x: 1.",
          "T1 comes before T2: T1 wrote 1 to x, and T2 read it.",
          "T2 comes before T1: T2 wrote 1 to y, and T1 read it.",
        ],
      },
    ]);
  });

  it("versions where they are told, and what became of one", async () => {
    const { findings } = await judge(
      [info(0, "0..", txn(w("x", "1"), r("y"))), done(1, "2..5", r("x", "1", 4), w("z", "2", 4))],
      { inference: byRevisions },
    );
    expect(findings[0]?.explanation).toEqual([
      "T1 (process 0 on n1, at 0.000 s): write 1 to x; read y (its outcome is unknown).",
      "T2 (process 1 on n2, from 0.002 s to 0.005 s): read x: 1 (version 4); write 2 to z (version 4).",
    ]);
  });

  it("which keys it cannot judge", async () => {
    const twice = (key: string, at: number) => [
      done(0, `${at}..${at + 1}`, w(key, "1")),
      done(1, `${at + 2}..${at + 3}`, w(key, "1")),
    ];
    const { validity, summary } = await judge([...twice("x", 0), ...twice("y", 4)]);
    expect(validity).toBe("unknown");
    expect(summary).toMatch(/Key x was not judged, since 1 was written to it twice.* 1 more\.$/);
  });

  it("that the time was up, or that it was stopped", async () => {
    const history = [done(0, "0..1", w("x", "1")), done(1, "2..3", r("x", "7"))];
    const late = await judge(history, { deadlineMs: 0 });
    expect(late).toMatchObject({ validity: "unknown", findings: [] });
    expect(late.summary).toMatch(/time was up .*--checker-timeout/);
    const stopped = await judge(history, { signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ validity: "unknown" });
    expect(stopped.summary).toMatch(/The check was stopped before its end\.$/);
  });
});

/** Each differs from a history that has an order in one thing. */
describe("finds by values and times", () => {
  const one = done(0, "0..1", w("x", "1"));
  const two = done(1, "2..3", w("x", "2"));
  it.each<[string, readonly Operation<Registers, null>[], readonly Operation<Registers, null>[]]>([
    ["garbage-read", [one, done(1, "2..3", r("x", "7"))], [one, done(1, "2..3", r("x", "1"))]],
    [
      "G1a",
      [fail(0, "0..1", txn(w("x", "1"))), done(1, "2..3", r("x", "1"))],
      [info(0, "0..1", txn(w("x", "1"))), done(1, "2..3", r("x", "1"))],
    ],
    [
      "internal",
      [done(0, "0..1", w("x", "1"), r("x", null))],
      [done(0, "0..1", w("x", "1"), r("x", "1"))],
    ],
    [
      "future-read",
      [done(0, "0..1", r("x", "1"), w("x", "1"))],
      [done(0, "0..1", r("x", null), w("x", "1"))],
    ],
    [
      "lost-update",
      [one, done(1, "2..5", r("x", "1"), w("x", "2")), done(2, "3..4", r("x", "1"), w("x", "3"))],
      [one, done(1, "2..5", r("x", "1"), w("x", "2")), done(2, "3..4", r("x", "2"), w("x", "3"))],
    ],
    [
      "G-single-realtime",
      [one, done(1, "2..3", r("x", null))],
      [one, done(1, "2..3", r("x", "1"))],
    ],
    [
      "cyclic-versions-realtime",
      [one, two, done(2, "4..5", r("x", "1"))],
      [one, two, done(2, "4..5", r("x", "2"))],
    ],
    [
      "cyclic-versions-process",
      [
        info(4, "0..", txn(w("x", "1"))),
        info(5, "1..", txn(w("x", "2"))),
        ...[r("x", "1"), r("x", "2"), r("x", "1")].map((read, i) =>
          done(1, `${2 * i + 2}..${2 * i + 3}`, read),
        ),
      ],
      [
        info(4, "0..", txn(w("x", "1"))),
        info(5, "1..", txn(w("x", "2"))),
        ...[r("x", "1"), r("x", "2"), r("x", "2")].map((read, i) =>
          done(1, `${2 * i + 2}..${2 * i + 3}`, read),
        ),
      ],
    ],
    [
      "G2-item",
      [done(0, "0..3", r("x", null), w("y", "1")), done(1, "1..2", r("y", null), w("x", "1"))],
      [done(0, "0..3", r("x", "1"), w("y", "1")), done(1, "1..2", r("y", null), w("x", "1"))],
    ],
  ])("%s", async (type, wrong, right) => {
    const verdict = await judge(wrong);
    expect(verdict.validity).toBe("invalid");
    expect(Object.keys(verdict.details?.["anomalies"] ?? {})).toContain(type);
    expect(await judge(right)).toMatchObject({ validity: "valid" });
  });
});

it("names an operation once that was two transactions", async () => {
  const odd = { ...txn(w("x", "2")), instead: [r("x", "2")] };
  const { findings } = await judge([ok(0, "2..3", odd, null)]);
  expect(findings.map(({ operations }) => operations)).toEqual([[2]]);
});

it("accepts what was refused where nobody saw it", async () => {
  const history = [
    done(2, "0..1", w("x", "1")),
    ok(0, "2..3", { ...txn(w("x", "2")), instead: [r("x", "1")] }, null),
    done(0, "5..6", r("x", "1")),
  ];
  expect(await judge(history)).toMatchObject({ validity: "valid", details: { transactions: 4 } });
});
