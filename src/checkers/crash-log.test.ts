import { describe, expect, it } from "vitest";
import type { FaultRecord, FaultStage, LogEvent } from "../core/history.js";
import { historyOf } from "../testing/histories.js";
import { crashLog } from "./crash-log.js";

const context = { deadlineMs: 1_000, memoryMb: 64 };
const line = "panic: tocommit(8) is out of range [lastIndex(5)]";
const panic = { index: 3, atNs: 12_340e6, node: "n3", level: "panic", line } as const;

it("is valid while no member panicked", async () => {
  expect(await crashLog.check(historyOf([]), context)).toMatchObject({ validity: "valid" });
});

it("says which member panicked, when, and in its own words", async () => {
  const fatal = { ...panic, node: "n1", level: "fatal", line: "failed to open WAL" } as const;
  expect(await crashLog.check(historyOf([], { logs: [panic, fatal] }), context)).toMatchObject({
    validity: "invalid",
    summary: "2 panic or fatal lines in the log of n1, n3.",
    findings: [
      { message: `etcd on n3 panicked at 12.340 s: ${line}`, operations: [] },
      { message: "etcd on n1 ended with a fatal error at 12.340 s: failed to open WAL" },
    ],
  });
});

it("says of a line of JSON what etcd says in it, and keeps the whole of it beside that", async () => {
  const fields = { level: "panic", msg: "unexpected error", error: "key not found" };
  const json = JSON.stringify({ ...fields, stacktrace: "main.go:1\n".repeat(100) });
  const silent = JSON.stringify({ level: "panic", stacktrace: "x".repeat(1_000) });
  const logs = [json, silent].map((text) => ({ ...panic, line: text }));
  const { findings } = await crashLog.check(historyOf([], { logs }), context);
  expect(findings[0]).toMatchObject({
    message: "etcd on n3 panicked at 12.340 s: unexpected error: key not found",
    explanation: [`All of the line in its log: ${json}`],
  });
  expect(findings[1]?.message).toMatch(/^etcd on n3 panicked at 12.340 s: \{"level".*x…$/);
  expect(findings[1]?.message.length).toBeLessThan(400);
});

it("shows ten of many and says so", async () => {
  const logs = Array.from({ length: 11 }, () => panic);
  const verdict = await crashLog.check(historyOf([], { logs }), context);
  expect(verdict.findings).toHaveLength(10);
  expect(verdict.summary).toContain("The first 10 are shown.");
});

describe("a fault under which etcd may end", () => {
  const strict = { nemesis: "disk-full", nodes: ["n3"], description: "" };
  const spec = { ...strict, mayEndNodes: true };
  const unseen = { fault: 0, spec, injectedAtNs: 10_000e6 };
  const fault = { ...unseen, overAtNs: 15_000e6 };
  const verdictOf = (logs: readonly LogEvent[], faults: readonly FaultRecord[] = [fault]) =>
    crashLog.check(historyOf([], { logs, faults }), context);

  it("makes the lines of its nodes no findings while it lasts, and has them told of", async () => {
    const ends = [fault.injectedAtNs, 12_340e6, fault.overAtNs].map((atNs) => ({ ...panic, atNs }));
    expect(await verdictOf(ends)).toEqual({
      validity: "valid",
      summary: "No member panicked. 3 such lines came while a fault left the member no choice.",
      findings: [],
      details: {
        lines: 0,
        nodes: [],
        allowed: ["10.000 s", "12.340 s", "15.000 s"].map((at) => ({ node: "n3", at, line })),
      },
    });
  });

  it.each([
    ["another node's", { ...panic, node: "n1" }],
    ["an earlier line", { ...panic, atNs: fault.injectedAtNs - 1 }],
    ["a later line", { ...panic, atNs: fault.overAtNs + 1 }],
  ])("leaves %s a finding", async (_, other) => {
    expect(await verdictOf([panic, other])).toMatchObject({
      validity: "invalid",
      summary: `1 panic or fatal line in the log of ${other.node}. 1 such line came while a fault left the member no choice.`,
      findings: [{ message: expect.stringContaining(`etcd on ${other.node} panicked`) as string }],
      details: { lines: 1, nodes: [other.node], allowed: [{ node: "n3", at: "12.340 s" }] },
    });
  });

  it("may be the cause as long as it was not seen to be over", async () => {
    const late = { ...panic, atNs: 90_000e6 };
    expect(await verdictOf([late], [{ ...unseen, trouble: "it does not answer" }])).toMatchObject({
      validity: "valid",
    });
  });

  it("may allow certain words alone", async () => {
    const saying = { ...fault, spec: { ...strict, mayEndSaying: "tocommit(8)" } };
    expect(await verdictOf([panic], [saying])).toMatchObject({ validity: "valid" });
    const other = { ...panic, line: "panic: tocommit(9) is out of range" };
    expect(await verdictOf([other], [saying])).toMatchObject({ validity: "invalid" });
  });

  it("is the only kind that allows it", async () => {
    expect(await verdictOf([panic], [{ ...fault, spec: strict }])).toMatchObject({
      validity: "invalid",
      details: { lines: 1, nodes: ["n3"] },
    });
  });

  it("is known to who looks on", () => {
    const follower = crashLog.follow?.();
    const tell = (stage: FaultStage) => {
      const event = { index: 0, atNs: 0, fault: 7, stage };
      follower?.faulted?.(stage === "inject" ? { ...event, spec } : event);
    };
    const finding = { message: expect.stringContaining("panicked") as string };
    expect(follower?.logged?.(panic)).toMatchObject(finding);
    tell("inject");
    expect(follower?.logged?.(panic)).toBeUndefined();
    expect(follower?.logged?.({ ...panic, node: "n1" })).toMatchObject(finding);
    for (const stage of ["in-force", "heal", "not-over"] as const) tell(stage);
    expect(follower?.logged?.(panic)).toBeUndefined();
    tell("over");
    expect(follower?.logged?.(panic)).toMatchObject(finding);
  });
});
