import { describe, expect, it } from "vitest";
import { findingLevel, lineSplitter, tellingLine } from "./logs.js";

describe("findingLevel", () => {
  it.each([
    ['{"level":"panic","ts":"2026-11-22T17:00:00Z","msg":"tocommit is out of range"}', "panic"],
    ['{"level":"dpanic","msg":"odd number of arguments"}', "panic"],
    ['{"level":"fatal","caller":"etcdmain/etcd.go:204","msg":"discovery failed"}', "fatal"],
    ["2026-11-22T17:00:00.1Z\tfatal\tetcdmain/etcd.go:204\tdiscovery failed", "fatal"],
    ["2026-11-22 17:00:00.123456 C | etcdserver: read wal error", "fatal"],
    ["panic: runtime error: invalid memory address or nil pointer dereference", "panic"],
    ["fatal error: concurrent map writes", "fatal"],
    ["unexpected fault address 0x7f0000000000", "fatal"],
    ["SIGABRT: abort", "fatal"],
  ])("finds %s", (line, level) => {
    expect(findingLevel(line)).toBe(level);
  });

  it.each([
    '{"level":"info","msg":"the word panic: means nothing here"}',
    '{"level":"error","msg":"fatal error: not at the start of the line"}',
    "2026-11-22 17:00:00.123456 W | rafthttp: lost the TCP streaming connection",
    "2026-11-22 17:00:00.123456 I | etcdmain: Case C | is none",
    "",
    "goroutine 1 [running]:",
  ])("passes over %s", (line) => {
    expect(findingLevel(line)).toBeUndefined();
  });
});

describe("lineSplitter", () => {
  it("gives whole lines, wherever the pieces end", () => {
    const text = "first\nzweite Zeile: ä\r\nlast";
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      const lines: string[] = [];
      const splitter = lineSplitter((line) => lines.push(line));
      splitter.push(bytes.subarray(0, at));
      splitter.push(bytes.subarray(at));
      splitter.end();
      expect(lines).toEqual(["first", "zweite Zeile: ä", "last"]);
    }
  });
});

describe("tellingLine", () => {
  it("takes the line with the error and leaves its wrapping", () => {
    const lines = [
      '{"level":"info","msg":"Running: "}',
      '{"level":"warn","msg":"failed to verify flags","error":"unknown auto-compaction-mode \\"x\\""}',
      "",
    ];
    expect(tellingLine(lines)).toBe('failed to verify flags: unknown auto-compaction-mode "x"');
  });

  it("keeps an older line as it is", () => {
    const line = "2026-11-22 17:00:00.123456 E | etcdmain: error verifying flags, bad value";
    expect(tellingLine(["2026-11-22 17:00:00.12 I | etcdmain: started", line])).toBe(line);
  });

  it("says so where nothing was said", () => {
    expect(tellingLine([])).toBe("nothing");
  });
});
