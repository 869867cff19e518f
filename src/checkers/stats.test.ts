import { expect, it } from "vitest";
import { fail, historyOf, info, ok, refused } from "../testing/histories.js";
import { stats } from "./stats.js";

const context = { deadlineMs: 1_000, memoryMb: 64 };
const timeout = { code: 4, details: "Deadline exceeded", peer: "127.0.0.1:2379", sent: true };

it("counts by kind, outcome and error, with latencies of what ended ok", async () => {
  const history = historyOf([
    ok(0, "0..10", { f: "read" }, {}),
    ok(0, "11..14", { f: "read" }, {}),
    fail(0, "15..16", { f: "read" }, { error: refused }),
    info(1, "17..18", { f: "write" }, { error: timeout }),
    info(2, "19..", { f: "write" }),
    info(3, "20..", { f: "write" }),
  ]);
  expect(await stats.check(history, context)).toMatchObject({
    validity: "valid",
    summary: "6 operations: 2 ok, 1 failed, 3 unknown.",
    details: {
      operations: 6,
      kinds: {
        read: { ok: 2, fail: 1, info: 0, latencyMs: { p50: 3, p95: 10, p99: 10, max: 10 } },
        write: { ok: 0, fail: 0, info: 3 },
      },
    },
  });
});

it("names errors, the most frequent first", async () => {
  const history = historyOf([
    fail(0, "0..1", { f: "read" }, { error: refused }),
    info(1, "2..", { f: "write" }),
    info(2, "3..", { f: "write" }),
  ]);
  const { details } = await stats.check(history, context);
  expect(Object.entries(details?.["errors"] ?? {})).toEqual([
    ["never completed", { fail: 0, info: 2 }],
    ["connection-refused", { fail: 1, info: 0 }],
  ]);
});

it("is unknown where nothing happened", async () => {
  expect(await stats.check(historyOf([]), context)).toMatchObject({ validity: "unknown" });
});
