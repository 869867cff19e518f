import { expect, it } from "vitest";
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

it("shows ten of many and says so", async () => {
  const logs = Array.from({ length: 11 }, () => panic);
  const verdict = await crashLog.check(historyOf([], { logs }), context);
  expect(verdict.findings).toHaveLength(10);
  expect(verdict.summary).toContain("The first 10 are shown.");
});
