import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultRecord, History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { readHistory } from "../../history/reader.js";
import { openHistoryWriter } from "../../history/writer.js";
import { completePhases, fail, fault, historyOf, info, ok } from "../../testing/histories.js";
import { anySteps, record, sampleHeader, tickingClock } from "../../testing/recorded-runs.js";
import { excerptOf, historyIn, textOf } from "./excerpt.js";

const input = { f: "read", key: "x" };

/** With what is left of a run, operations by place. */
function excerpt(run: History, places: readonly number[], keepsLogs = false): History {
  const operations = places.flatMap((place) => run.operations[place] ?? []);
  return historyIn(excerptOf(run, operations, { keepsLogs }));
}

/** What came after what: for each operation the calls and answers that were there before it. */
function order(operations: readonly Operation[]): string[] {
  return operations
    .flatMap(({ index, completedIndex }, place) => [
      { at: index, name: `call ${place}` },
      ...(completedIndex === undefined ? [] : [{ at: completedIndex, name: `answer ${place}` }]),
    ])
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

function partsOf({ operations }: History): unknown[] {
  return operations.map(({ parts = [] }) => parts.map(({ part }) => part));
}

const run = historyOf(
  [
    ok(7, "10..20", input, 1, { revision: 4 }),
    fail(4, "11..30", input),
    info(9, "25..", input),
    info(7, "26..28", input),
    ok(4, "40..90", input, 2, { phase: "final" }),
  ],
  {
    phases: [
      { index: 0, atNs: 0, phase: "main" },
      { index: 35, atNs: 35e6, phase: "final", reason: "SIGINT" },
      { index: 95, atNs: 95e6, phase: "end" },
    ],
    logs: [{ index: 27, atNs: 27e6, node: "n1", level: "panic", line: "panic: no" }],
    statuses: [{ index: 29, atNs: 29e6, node: "n1" }],
    members: [{ index: 92, atNs: 92e6, node: "n1", readRevision: 4, unanswered: [] }],
  },
);

describe("a part of a history", () => {
  it("keeps what came before what, with answers, errors and phases", () => {
    const kept = run.operations.filter((_, place) => place !== 1);
    const part = excerpt(run, [0, 2, 3, 4]);
    expect(order(part.operations)).toEqual(order(kept));
    expect(
      part.operations.map(({ node, phase, input, outcome }) => [node, phase, input, outcome]),
    ).toEqual(kept.map(({ node, phase, input, outcome }) => [node, phase, input, outcome]));
    expect(part.phases.map(({ phase, reason }) => [phase, reason])).toEqual([
      ["main", undefined],
      ["final", "SIGINT"],
      ["end", undefined],
    ]);
    expect(excerpt(run, [1]).operations[0]?.outcome).toEqual(run.operations[1]?.outcome);
  });

  it("closes up times and numbers processes in the order of their first calls", () => {
    const part = excerpt(run, [0, 2, 3, 4]);
    expect(part.operations.map(({ process }) => process)).toEqual([0, 1, 0, 2]);
    expect(part.operations.map(({ invokedAtNs }) => invokedAtNs / 1e6)).toEqual([1, 3, 4, 7]);
    expect(part.operations.map(({ completedAtNs = -1e6 }) => completedAtNs / 1e6)).toEqual([
      2, -1, 5, 8,
    ]);
    expect(part.phases.map(({ atNs }) => atNs / 1e6)).toEqual([0, 6, 9]);
    expect(part.events).toBe(10);
  });

  it("leaves out what members said under way, and logs and their last words unless these are to stay", () => {
    expect(excerpt(run, [0]).statuses).toEqual([]);
    expect(excerpt(run, [0]).logs).toEqual([]);
    expect(excerpt(run, [0]).members).toEqual([]);
    expect(excerpt(run, [0], true).members).toMatchObject([{ node: "n1", readRevision: 4 }]);
    expect(excerpt(run, [0], true).logs).toMatchObject([{ node: "n1", line: "panic: no" }]);
  });

  it("keeps what an operation was told on its way, in its place", () => {
    const parts = [22, 27].map((index) => ({ index, atNs: index * 1e6, part: { at: index } }));
    const watched = { ...info(4, "21..29", input), parts };
    const whole = historyOf([watched, ok(7, "23..24", input, 1), info(9, "25..", input)]);
    const [first] = excerpt(whole, [0, 1]).operations;
    // main, healing, final, end, call, part, call, answer, part, answer
    expect(first?.parts).toEqual([
      { index: 5, atNs: 5e6, part: { at: 22 } },
      { index: 8, atNs: 8e6, part: { at: 27 } },
    ]);
    expect(first?.completedIndex).toBe(9);
  });

  it("says what it came from, also when it is a part of a part", () => {
    const part = excerpt(run, [0, 1, 2]);
    expect(part.header).toEqual({ ...run.header, shrunkFrom: { run: "drawn", operations: 5 } });
    expect(excerpt(part, [0]).header.shrunkFrom).toEqual({ run: "drawn", operations: 5 });
  });

  it("is complete only where the whole was", () => {
    const torn = historyOf(run.operations, { torn: true, phases: completePhases.slice(0, 1) });
    expect(excerpt(torn, [0]).phases.map(({ phase }) => phase)).toEqual(["main"]);
  });
});

describe("faults", () => {
  const at = (injectedMs: number, ms: Parameters<typeof fault>[1], trouble?: string) => ({
    ...fault("kill", ms, trouble),
    injectedAtNs: injectedMs * 1e6,
  });
  const withFaults = (...faults: FaultRecord[]) =>
    historyOf(run.operations, {
      faults: faults.map((each, number) => ({ ...each, fault: number })),
    });
  const stages = (part: History) =>
    part.faults.map(({ injectedAtNs, inForceAtNs, healedAtNs, overAtNs, trouble }) => [
      ...[injectedAtNs, inForceAtNs, healedAtNs, overAtNs].map((ns) => ns && ns / 1e6),
      trouble,
    ]);

  it("stay where they met the operations that are left", () => {
    const whole = withFaults(
      at(1, { inForce: 2, healed: 3, over: 9 }),
      at(5, { inForce: 6, healed: 7, over: 15 }),
      at(21, { inForce: 22, healed: 23, over: 24 }),
      at(31, { inForce: 32, healed: 33, over: 34 }),
    );
    expect(excerpt(whole, [0, 3]).faults.map((each) => each.fault)).toEqual([1, 2]);
  });

  it("keep their places among the operations", () => {
    const whole = withFaults(at(5, { inForce: 12, healed: 22, over: 27 }));
    // main, inject, call, in-force, answer, heal, call, over, answer, final
    expect(stages(excerpt(whole, [0, 3]))).toEqual([[4, 6, 8, 10, undefined]]);
    const seen = { inForceEvidence: "seen", overEvidence: "seen", spec: whole.faults[0]?.spec };
    expect(excerpt(whole, [0, 3]).faults[0]).toMatchObject(seen);
  });

  it.each([
    ["never in force", at(5, {}, "no packet was sent")],
    ["never in force, but over", at(5, { healed: 22, over: 27 }, "no packet was sent")],
    ["never over", at(5, { inForce: 12, healed: 22 }, "it still drops packets")],
    ["never healed", at(5, { inForce: 12 }, "the engine died")],
    ["never healed, nobody knows why", at(5, { inForce: 12 })],
  ])("stay as they were where they were %s", (_, given) => {
    const [part] = excerpt(withFaults(given), [0, 3]).faults;
    const { fault: number, spec, ...others } = given;
    expect(part).toMatchObject({ fault: number, spec });
    expect(Object.keys(part ?? {}).sort()).toEqual(Object.keys(given).sort());
    expect(part?.trouble).toBe(others.trouble);
  });
});

it("is read back from its file as it was judged, whatever was recorded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-excerpt-"));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(anySteps, fc.boolean(), async (steps, keepsLogs) => {
      const path = join(folder, `${(number += 1)}.ndjson`);
      const writer = openHistoryWriter(path, sampleHeader, { clock: tickingClock() });
      record(writer, steps);
      await writer.close();
      const whole = await readHistory(path);
      const part = excerptOf(whole, whole.operations, { keepsLogs });
      writeFileSync(path, textOf(part));
      const read = await readHistory(path);
      expect(read).toEqual(historyIn(part));
      expect(order(read.operations)).toEqual(order(whole.operations));
      expect(partsOf(read)).toEqual(partsOf(whole));
      expect(textOf(excerptOf(read, read.operations, { keepsLogs }))).toBe(textOf(part));
    }),
    { numRuns: 60 },
  );
  rmSync(folder, { recursive: true });
});
