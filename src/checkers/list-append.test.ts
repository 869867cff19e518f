import { describe, expect, it } from "vitest";
import { atOnce, info, ok } from "../elle-ts/shorthand.fixture.js";
import type { MicroOperation, Transaction } from "../elle-ts/transaction.js";
import { historyOf, info as asked, ok as answered } from "../testing/histories.js";
import { judgeListAppend, listAppend } from "./list-append.js";

const limits = { deadlineMs: 60_000, memoryMb: 64 };

function judge(transactions: readonly Transaction[], context: Partial<typeof limits> = {}) {
  const told = transactions.map((transaction, i) => ({
    ...{ transaction, index: 10 * i, where: `place ${i}` },
  }));
  return judgeListAppend(told, { ...limits, ...context });
}

describe("says", () => {
  it("what it takes to explain all", async () => {
    expect(await judge(atOnce("ax1", "rx[1]"))).toMatchObject({
      validity: "valid",
      summary: expect.stringMatching(/^All 2 transactions have an order/) as string,
      findings: [],
      details: { transactions: 2, keys: 1, anomalies: {} },
    });
  });

  it("which transactions contradict each other, and what they did", async () => {
    const { validity, findings } = await judge([
      info(0, 0, "az9"),
      ...atOnce("ax1 ry[1]", "ay1 rx[1]"),
    ]);
    expect(validity).toBe("invalid");
    expect(findings).toEqual([
      {
        message:
          "2 transactions cannot be put into any order: T1 before T2 before T1 (G1c: each read, or appended after, what the others had appended (circular information flow))",
        operations: [10, 20],
        explanation: [
          "T1 (place 1): append 1 to x; read y: [1].",
          "T2 (place 2): append 1 to y; read x: [1].",
          "T1 comes before T2: T1 appended 1 to x, and T2 read it: [1].",
          "T2 comes before T1: T2 appended 1 to y, and T1 read it: [1].",
        ],
      },
    ]);
  });

  it("what became of one whose outcome is unknown", async () => {
    const { findings } = await judge([ok(1, [0, 1], "rx[1]"), info(0, 2, "ax1 ry?")]);
    expect(findings[0]?.explanation).toContain(
      "T2 (place 1): append 1 to x; read y (its outcome is unknown).",
    );
  });

  it("which keys it cannot judge", async () => {
    const { validity, summary } = await judge(atOnce("ax1", "ax1", "ay1", "ay1"));
    expect(validity).toBe("unknown");
    expect(summary).toMatch(/Key x was not judged, since 1 was appended to it twice.* 1 more\.$/);
  });

  it("that the time was up", async () => {
    const { validity, summary } = await judge(atOnce("ax1", "rx[7]"), { deadlineMs: 0 });
    expect(validity).toBe("unknown");
    expect(summary).toMatch(/time was up .*--checker-timeout/);
  });

  it("that it was stopped", async () => {
    const told = { transaction: ok(0, [0, 1], "rx[7]"), index: 0, where: "place 0" };
    const verdict = await judgeListAppend([told], { ...limits, signal: AbortSignal.abort() });
    expect(verdict).toMatchObject({ validity: "unknown" });
    expect(verdict.summary).toMatch(/The check was stopped before its end\.$/);
  });
});

describe("of the operations of a run", () => {
  interface Lists {
    readonly f: "txn";
    readonly operations: readonly MicroOperation[];
    /** What took place in its stead, if it was refused. */
    readonly instead?: readonly MicroOperation[];
  }
  const checker = listAppend<Lists, null>({
    transactionsOf: ({ process, index, completedIndex = Infinity, input, outcome }) => {
      const span = { process, invokedAt: index, completedAt: completedIndex };
      if (!input.instead) return [{ ...span, outcome: outcome.type, operations: input.operations }];
      return [
        { ...span, outcome: "fail", operations: input.operations },
        { ...span, outcome: "ok", operations: input.instead },
      ];
    },
  });
  const add = (element: string) => ({ f: "append", key: "x", element }) as const;
  const read = (...elements: string[]) => ({ f: "read", key: "x", elements }) as const;
  const txn = (...operations: MicroOperation[]): Lists => ({ f: "txn", operations });

  it("says which are wrong by whom and when they were done", async () => {
    const history = historyOf([
      answered(2, "0..1", txn(add("1")), null),
      answered(0, "2..3", { ...txn(add("2")), instead: [read("1")] }, null),
      asked(1, "4..", txn(add("3"))),
      answered(0, "5..6", txn(read("1", "3", "2")), null),
    ]);
    const { validity, findings } = await checker.check(history, limits);
    expect(validity).toBe("invalid");
    expect(findings[0]?.operations).toEqual([2, 5]);
    expect(findings[0]?.explanation?.slice(0, 2)).toEqual([
      "T1 (process 0 on n1, from 0.002 s to 0.003 s): append 2 to x (it failed).",
      "T2 (process 0 on n1, from 0.005 s to 0.006 s): read x: [1 3 2].",
    ]);
  });

  it("names an operation once that was two transactions", async () => {
    const odd = { ...txn(add("2")), instead: [read("2")] };
    const { findings } = await checker.check(historyOf([answered(0, "2..3", odd, null)]), limits);
    expect(findings.map(({ operations }) => operations)).toEqual([[2]]);
  });

  it("accepts what was refused where nobody saw it", async () => {
    const history = historyOf([
      answered(2, "0..1", txn(add("1")), null),
      answered(0, "2..3", { ...txn(add("2")), instead: [read("1")] }, null),
      answered(0, "5..6", txn(read("1")), null),
    ]);
    expect(await checker.check(history, limits)).toMatchObject({
      ...{ validity: "valid", details: { transactions: 4 } },
    });
  });
});
