import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HarnessError } from "../core/errors.js";
import { sampleHeader, tickingClock } from "../testing/recorded-runs.js";
import { readHistory } from "./reader.js";
import { openHistoryWriter } from "./writer.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-history-"));
  path = join(folder, "history.ndjson");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = () => openHistoryWriter(path, sampleHeader, { clock: tickingClock() });
const linesOf = (file: string) => readFileSync(file, "utf8").split("\n");

describe("a history writer", () => {
  it("writes one short line an event, in the order of the calls, after the header", async () => {
    const writer = open();
    const indexes = [
      writer.phase({ phase: "main" }),
      writer.invoke({ process: 3, node: "n1", input: { f: "read" } }),
      writer.complete({
        process: 3,
        outcome: {
          type: "ok",
          output: { value: null },
          header: { clusterId: "1", memberId: "2", revision: 3, raftTerm: 4 },
        },
      }),
      writer.invoke({ process: 3, node: "n1", input: { f: "write" } }),
      writer.part({ process: 3, part: { told: 7 } }),
      writer.complete({
        process: 3,
        outcome: { type: "info", error: { code: 4, details: "late", peer: "::1", sent: true } },
      }),
      writer.status({ node: "n2" }),
      writer.log({ node: "n2", level: "fatal", line: "a\nb" }),
      writer.member({ node: "n2", unanswered: [{ question: "its alarms", error: "late" }] }),
      writer.note({ kind: "done", text: "compacts up to revision 7" }),
    ];
    await writer.close();

    expect(indexes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(linesOf(path)).toEqual([
      JSON.stringify(sampleHeader),
      '{"index":0,"at":1000,"type":"phase","phase":"main"}',
      '{"index":1,"at":2000,"type":"invoke","process":3,"node":"n1","input":{"f":"read"}}',
      '{"index":2,"at":3000,"type":"ok","process":3,"output":{"value":null},"header":{"clusterId":"1","memberId":"2","revision":3,"raftTerm":4}}',
      '{"index":3,"at":4000,"type":"invoke","process":3,"node":"n1","input":{"f":"write"}}',
      '{"index":4,"at":5000,"type":"part","process":3,"part":{"told":7}}',
      '{"index":5,"at":6000,"type":"info","process":3,"error":{"code":4,"details":"late","peer":"::1","sent":true}}',
      '{"index":6,"at":7000,"type":"status","node":"n2"}',
      '{"index":7,"at":8000,"type":"log","node":"n2","level":"fatal","line":"a\\nb"}',
      '{"index":8,"at":9000,"type":"member","node":"n2","unanswered":[{"question":"its alarms","error":"late"}]}',
      '{"index":9,"at":10000,"type":"note","kind":"done","text":"compacts up to revision 7"}',
      "",
    ]);
    expect(writer.failed.aborted).toBe(false);
  });

  it("has the header on disk from the first moment, and each fault before it is done", async () => {
    const writer = open();
    expect(linesOf(path)).toHaveLength(2);
    writer.invoke({ process: 0, node: "n1", input: { f: "read" } });
    const spec = { nemesis: "kill", nodes: ["n1"], description: "n1 is killed" };
    writer.fault({ fault: 0, stage: "inject", spec });
    expect(linesOf(path)).toHaveLength(4);
    writer.phase({ phase: "healing" });
    expect(linesOf(path)).toHaveLength(5);
    await writer.close();
  });

  it("loses nothing that was recorded before its last flush when it is killed", async () => {
    const recorder = spawn(process.execPath, ["--import", "tsx", writeRecorder(folder), path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // Said after the timer has flushed the first 200 events, too few to be flushed for their number.
    await once(recorder.stdout, "data");
    recorder.kill("SIGKILL");
    await once(recorder, "exit");

    const history = await readHistory(path);
    expect(history.events).toBeGreaterThanOrEqual(200);
    expect(history.operations[0]?.completedIndex).toBe(1);
  });

  it("says once that the disk is full, drops what comes later and still closes", async () => {
    const writer = openHistoryWriter("/dev/full", sampleHeader, { clock: tickingClock() });
    expect(writer.failed.aborted).toBe(true);
    expect(writer.failed.reason).toBeInstanceOf(HarnessError);
    expect(String(writer.failed.reason)).toContain("/dev/full can no longer be written (ENOSPC");

    expect(writer.invoke({ process: 0, node: "n1", input: { f: "read" } })).toBe(0);
    expect(writer.phase({ phase: "end" })).toBe(1);
    await writer.close();
    await writer.close();
  });

  it("refuses a file that holds something, and a folder that is not there", () => {
    writeFileSync(path, "mine");
    expect(open).toThrow(HarnessError);
    expect(open).toThrow(`${path} exists already and is not empty`);
    expect(readFileSync(path, "utf8")).toBe("mine");

    path = join(folder, "nowhere", "history.ndjson");
    expect(open).toThrow(HarnessError);
    expect(open).toThrow("cannot be created (ENOENT");
  });

  it("takes no second call of a busy process and no completion of a free one", async () => {
    const writer = open();
    writer.invoke({ process: 0, node: "n1", input: { f: "read" } });
    expect(() => writer.invoke({ process: 0, node: "n1", input: { f: "read" } })).toThrow(
      "process 0 has not completed",
    );
    expect(() => writer.complete({ process: 1, outcome: { type: "info" } })).toThrow(
      "process 1 has invoked nothing",
    );
    expect(() => writer.part({ process: 1, part: {} })).toThrow("process 1 has invoked nothing");
    await writer.close();
    expect(() => writer.phase({ phase: "end" })).toThrow("closed");
  });
});

/** A program that records for ever, and says when the first 200 events must be on disk. */
function writeRecorder(into: string): string {
  const writerModule = new URL("./writer.ts", import.meta.url).href;
  const program = `
    import { openHistoryWriter } from ${JSON.stringify(writerModule)};
    let now = 0;
    const clock = { nowNs: () => now++ };
    const writer = openHistoryWriter(process.argv[2], ${JSON.stringify(sampleHeader)}, { clock });
    const operation = () => {
      writer.invoke({ process: 0, node: "n1", input: { f: "read" } });
      writer.complete({ process: 0, outcome: { type: "ok", output: null } });
    };
    for (let i = 0; i < 100; i++) operation();
    setTimeout(() => {
      process.stdout.write("on disk");
      setInterval(operation, 0);
    }, 500);
  `;
  const file = join(into, "recorder.mjs");
  writeFileSync(file, program);
  return file;
}
