import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.js";
import type { Operation } from "../core/operation.js";
import {
  anySteps,
  record,
  type Step,
  sampleHeader,
  tickingClock,
} from "../testing/recorded-runs.js";
import { readHistory, readHistoryHeader } from "./reader.js";
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

const header = JSON.stringify(sampleHeader);
const someNumber = expect.any(Number) as unknown;
const invoke = (index: number, process: number) =>
  `{"index":${index},"at":${index},"type":"invoke","process":${process},"node":"n1","input":{"f":"read"}}`;
const ok = (index: number, process: number) =>
  `{"index":${index},"at":${index},"type":"ok","process":${process},"output":1}`;
const failed = (index: number, process: number, type: "fail" | "info", details: string) =>
  `{"index":${index},"at":${index},"type":"${type}","process":${process},"error":{"code":2,"details":"${details}","peer":"p","sent":true}}`;

/** A history of these lines, each ended by a line break. */
function readLines(lines: readonly string[], options?: Parameters<typeof readHistory>[1]) {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return readHistory(path, options);
}

describe("reading back what was written", () => {
  it("gives the notes of a scenario, with what is known of its bug", async () => {
    const scenario = {
      name: "watch-at-compacted-tombstone",
      issues: [18089],
      title: "an event is missing",
      guarantee: "none may be missing",
      mechanism: ["it is dropped"],
      consequence: "somebody is misled",
      fixedIn: "3.4.34",
      caughtBy: ["watch-reliable"],
      isAffected: true,
    };
    const history = await readLines([
      JSON.stringify({ ...sampleHeader, scenario }),
      '{"index":0,"at":5,"type":"note","kind":"round","text":"round 1"}',
      '{"index":1,"at":6,"type":"note","kind":"missed","text":"no leader"}',
    ]);
    expect(history.header.scenario).toEqual(scenario);
    expect(history.notes).toEqual([
      { index: 0, atNs: 5, kind: "round", text: "round 1" },
      { index: 1, atNs: 6, kind: "missed", text: "no leader" },
    ]);
  });

  it("gives every operation, with its parts, its completion and its phase", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        await write(steps);
        const history = await readHistory(path);
        expect(history.header).toEqual(sampleHeader);
        expect(history.torn).toBe(false);
        expect(history.operations).toEqual(expectedOperations(steps));
      }),
    );
  });

  it("gives every fault, status, log line, phase and what members said in the end", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        await write(steps);
        const history = await readHistory(path);
        const texts = steps.flatMap((step) => (step.type === "fault" ? [step.text] : []));
        expect(history.faults.map(({ spec }) => spec.description)).toEqual(texts);
        expect(history.faults.map(({ inForceEvidence }) => inForceEvidence)).toEqual(texts);
        expect(history.statuses.map(({ status }) => status !== undefined)).toEqual(
          steps.flatMap((step) => (step.type === "status" ? [step.answered] : [])),
        );
        expect(history.logs.map(({ line }) => line)).toEqual(
          steps.flatMap((step) => (step.type === "log" ? [step.line] : [])),
        );
        expect(history.members).toEqual(
          steps.flatMap((step) =>
            step.type === "member" ? [{ ...step.said, index: someNumber, atNs: someNumber }] : [],
          ),
        );
        expect(history.phases.map(({ phase }) => phase)).toEqual(
          steps.flatMap((step) => (step.type === "phase" ? [step.phase] : [])),
        );
        expect(history.events).toBe(steps.length + texts.length);
      }),
    );
  });

  it("gives the beginning of it, and nothing else, wherever the file was cut off", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        await write(steps);
        const bytes = readFileSync(path);
        const whole = await readHistory(path);
        const everyOffset = Array.from({ length: bytes.length }, (_, i) => i);
        for (const length of everyOffset) {
          writeFileSync(path, bytes.subarray(0, length));
          if (length < header.length) {
            await expect(readHistory(path)).rejects.toThrow(UsageError);
            continue;
          }
          const part = await readHistory(path);
          expect(part.torn).toBe(bytes[length - 1] !== 10);
          expect(part.operations).toEqual(
            whole.operations
              .filter(({ index }) => index < part.events)
              .map((operation) => asKnownAfter(part.events, operation)),
          );
        }
      }),
      { numRuns: 4 },
    );
  });

  it("reads a compressed history, also one that was cut off", async () => {
    const bytes = Buffer.from(`${[header, invoke(0, 0), ok(1, 0), invoke(2, 0)].join("\n")}\n`);
    const compressed = join(folder, "history.ndjson.gz");
    writeFileSync(compressed, gzipSync(bytes));
    expect((await readHistory(compressed)).operations).toHaveLength(2);
    expect(await readHistoryHeader(compressed)).toEqual(sampleHeader);

    writeFileSync(compressed, gzipSync(bytes).subarray(0, -9));
    const cut = await readHistory(compressed);
    expect(cut.operations.length).toBeLessThanOrEqual(2);

    writeFileSync(compressed, bytes);
    await expect(readHistory(compressed)).rejects.toThrow("cannot be read: incorrect header check");
  });

  async function write(steps: readonly Step[]): Promise<void> {
    rmSync(path, { force: true });
    const writer = openHistoryWriter(path, sampleHeader, { clock: tickingClock() });
    record(writer, steps);
    await writer.close();
  }
});

describe("a history reader", () => {
  it("leaves an operation open that has no completion, and says that nobody knows of it", async () => {
    const { operations } = await readLines([header, invoke(0, 4)]);
    expect(operations).toEqual([
      {
        index: 0,
        process: 4,
        node: "n1",
        phase: "main",
        input: { f: "read" },
        invokedAtNs: 0,
        outcome: { type: "info" },
      },
    ]);
  });

  it("keeps apart what each operation of a process was told on its way", async () => {
    const part = (index: number, told: number) =>
      `{"index":${index},"at":${index},"type":"part","process":4,"part":${told}}`;
    const { operations } = await readLines([
      ...[header, invoke(0, 4), part(1, 10), part(2, 20), ok(3, 4)],
      ...[invoke(4, 4), part(5, 30)],
    ]);
    expect(operations.map(({ parts, outcome }) => [parts, outcome.type])).toEqual([
      [
        [
          { index: 1, atNs: 1, part: 10 },
          { index: 2, atNs: 2, part: 20 },
        ],
        "ok",
      ],
      [[{ index: 5, atNs: 5, part: 30 }], "info"],
    ]);
  });

  it("judges failures anew by today's table, and leaves them alone where it cannot", async () => {
    const lines = [
      header,
      invoke(0, 0),
      failed(1, 0, "fail", "some day certain"),
      invoke(2, 1),
      failed(3, 1, "info", "etcdserver: too many requests"),
      invoke(4, 2),
      `{"index":5,"at":5,"type":"info","process":2}`,
    ];
    const types = (operations: readonly Operation[]) => operations.map((op) => op.outcome.type);

    const asWrites = await readLines(lines, { isReadOnly: () => false });
    expect(types(asWrites.operations)).toEqual(["info", "fail", "info"]);
    const asReads = await readLines(lines, { isReadOnly: ({ f }) => f === "read" });
    expect(types(asReads.operations)).toEqual(["fail", "fail", "info"]);
    const asRecorded = await readLines(lines);
    expect(types(asRecorded.operations)).toEqual(["fail", "info", "info"]);
  });

  it("follows a fault through its stages, and keeps what names it", async () => {
    const spec = `{"nemesis":"kill","nodes":["n1"],"description":"n1 is killed","signal":9}`;
    const fault = (index: number, number: number, rest: string) =>
      `{"index":${index},"at":${index * 10},"type":"fault","fault":${number},${rest}}`;
    const { faults } = await readLines([
      header,
      fault(0, 5, `"stage":"inject","spec":${spec}`),
      fault(1, 6, `"stage":"inject","spec":${spec}`),
      fault(2, 5, `"stage":"in-force","evidence":"gone"`),
      fault(3, 6, `"stage":"not-in-force","evidence":"still there"`),
      fault(4, 5, `"stage":"heal"`),
      fault(5, 5, `"stage":"over","evidence":"back"`),
      fault(6, 6, `"stage":"not-over"`),
    ]);
    expect(faults).toEqual([
      {
        fault: 5,
        spec: JSON.parse(spec) as unknown,
        injectedAtNs: 0,
        inForceAtNs: 20,
        inForceEvidence: "gone",
        healedAtNs: 40,
        overAtNs: 50,
        overEvidence: "back",
      },
      {
        fault: 6,
        spec: JSON.parse(spec) as unknown,
        injectedAtNs: 10,
        trouble: "still there; it was not seen to be over",
      },
    ]);
  });

  it("takes an unreadable last line for torn, whether or not a line break follows it", async () => {
    const lines = [header, invoke(0, 0), '{"index":1,"at'];
    expect(await readLines(lines)).toMatchObject({ torn: true, events: 1 });
    writeFileSync(path, lines.join("\n"));
    expect(await readHistory(path)).toMatchObject({ torn: true, events: 1 });
    writeFileSync(path, `${header}\n${invoke(0, 0)}\n\0\0\0\0`);
    expect(await readHistory(path)).toMatchObject({ torn: true, events: 1 });
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const seen: number[] = [];
    const lines = [header, ...Array.from({ length: 20_000 }, (_, i) => invoke(i, i))];
    await readLines(lines, {
      onProgress: ({ bytes, totalBytes }) => seen.push(bytes / totalBytes),
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(1);

    const reason = new Error("enough");
    await expect(readHistory(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("a damaged history", () => {
  const damages: readonly (readonly [what: string, lines: readonly string[], message: string])[] = [
    ["is empty", [], "cannot be judged: it is empty."],
    [
      "is some other text",
      ["hello"],
      'it is no history of ordeal: expected a first line with "ordeal":"history" in it, got "hello".',
    ],
    ["is some other JSON", ["[1,2]"], "it is no history of ordeal"],
    ["is another file of ours", ['{"ordeal":"plan","version":1}'], "it is no history of ordeal"],
    ["has a header that was cut off", [header.slice(0, 50)], "its header is cut off or broken"],
    [
      "is of a future version",
      [header.replace('"version":1', '"version":2')],
      "it is of format 2 and this ordeal reads formats up to 1: use a newer ordeal.",
    ],
    [
      "has a header that lacks something",
      [header.replace('"seed":7,', "")],
      "its header is not as it should be: seed:",
    ],
    [
      "has a broken line in the middle",
      [header, invoke(0, 0), '{"index":1,', invoke(2, 1)],
      String.raw`damaged at line 3: expected a line of JSON, got "{\"index\":1,"; mend the line`,
    ],
    [
      "has an empty line in the middle",
      [header, invoke(0, 0), "", ok(1, 0)],
      'line 3: expected a line of JSON, got ""',
    ],
    [
      "has an event of unknown type",
      [header, '{"index":0,"at":0,"type":"party"}'],
      'line 2: unknown type of event: "party"',
    ],
    [
      "has a line that is no object",
      [header, "7"],
      "line 2: expected the line to be a JSON object, got 7",
    ],
    [
      "has a completion without an invocation",
      [header, ok(0, 3)],
      "line 2: process 3 completes what it never invoked",
    ],
    [
      "has a part of what was never invoked",
      [header, '{"index":0,"at":0,"type":"part","process":3,"part":1}'],
      "line 2: process 3 is told of what it never invoked",
    ],
    [
      "has a part of what has completed",
      [header, invoke(0, 3), ok(1, 3), '{"index":2,"at":2,"type":"part","process":3,"part":1}'],
      "line 4: process 3 is told of what it never invoked",
    ],
    [
      "has a member that said what none can",
      [header, '{"index":0,"at":0,"type":"member","node":"n1","revision":"7","unanswered":[]}'],
      "line 2: what a member said is not as it should be: revision:",
    ],
    [
      "has a process that invokes twice",
      [header, invoke(0, 1), invoke(1, 1)],
      "line 3: process 1 invokes although its last call has not completed",
    ],
    [
      "has a process that completes twice",
      [header, invoke(0, 1), ok(1, 1), ok(2, 1)],
      "line 4: process 1 completes what it never invoked",
    ],
    [
      "has lost a line",
      [header, invoke(0, 1), ok(2, 1)],
      "line 3: expected event 1 here, got event 2",
    ],
    [
      "has a line twice",
      [header, invoke(0, 1), invoke(0, 1)],
      "line 3: expected event 1 here, got event 0",
    ],
    [
      "has a fail that does not say why",
      [header, invoke(0, 1), '{"index":1,"at":1,"type":"fail","process":1}'],
      'line 3: process 1 fails without an "error"',
    ],
    [
      "has an error without the facts",
      [header, invoke(0, 1), '{"index":1,"at":1,"type":"info","process":1,"error":{"code":4}}'],
      'line 3: expected a text as "details", got nothing',
    ],
    [
      "has a header of an answer with a text for a number",
      [
        header,
        invoke(0, 1),
        ok(1, 1).replace(
          "}",
          ',"header":{"clusterId":"1","memberId":"1","revision":"7","raftTerm":1}}',
        ),
      ],
      'line 3: expected a whole number as "revision", got "7"',
    ],
    [
      "has an input without a kind",
      [header, invoke(0, 1).replace('{"f":"read"}', "{}")],
      'line 2: expected a text as "f", got nothing',
    ],
    [
      "has a fault that was never injected",
      [header, '{"index":0,"at":0,"type":"fault","fault":1,"stage":"heal"}'],
      'line 2: fault 1 reached "heal" but was never injected',
    ],
    [
      "has a fault that names nothing",
      [header, '{"index":0,"at":0,"type":"fault","fault":1,"stage":"inject"}'],
      'line 2: fault 1 is injected without a "spec"',
    ],
    [
      "has a phase that there is not",
      [header, '{"index":0,"at":0,"type":"phase","phase":"lunch"}'],
      'line 2: expected one of main, healing, final, end as "phase", got "lunch"',
    ],
  ];

  it.each(damages)("that %s is refused in one sentence", async (_what, lines, message) => {
    const reading = readLines(lines);
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(path);
  });

  it("is refused by its header alone in the same words", async () => {
    writeFileSync(path, "hello\n");
    await expect(readHistoryHeader(path)).rejects.toThrow("it is no history of ordeal");
    writeFileSync(path, "");
    await expect(readHistoryHeader(path)).rejects.toThrow("it is empty");
    writeFileSync(path, `${header}\nwhatever`);
    expect(await readHistoryHeader(path)).toEqual(sampleHeader);
  });

  it("that is missing, or a folder, is told from one that is damaged", async () => {
    await expect(readHistory(path)).rejects.toThrow(/cannot be read: ENOENT/);
    mkdirSync(path);
    await expect(readHistory(path)).rejects.toThrow("found a folder");
    await expect(readHistoryHeader(path)).rejects.toThrow(UsageError);
  });
});

/** What a recorder that was told of these steps has seen, worked out without a file. */
function expectedOperations(steps: readonly Step[]): Operation[] {
  const operations: Operation[] = [];
  const open = new Map<number, Operation>();
  let index = 0;
  let phase: Operation["phase"] = "main";
  for (const step of steps) {
    const atNs = 1000 * (index + 1);
    if (step.type === "phase" && step.phase !== "end") {
      phase = step.phase === "final" ? "final" : "main";
    }
    if (step.type === "process") {
      const { process, input, part, outcome } = step;
      const begun = open.get(process);
      if (begun && part) {
        const told = { ...begun, parts: [...(begun.parts ?? []), { index, atNs, part }] };
        operations[operations.indexOf(begun)] = told;
        open.set(process, told);
      } else if (begun) {
        open.delete(process);
        const done = { ...begun, completedIndex: index, completedAtNs: atNs, outcome };
        operations[operations.indexOf(begun)] = done;
      } else {
        const node = `n${(process % 2) + 1}`;
        const invokedAtNs = atNs;
        const fresh: Operation = {
          ...{ index, process, node, phase, input, invokedAtNs },
          outcome: { type: "info" },
        };
        open.set(process, fresh);
        operations.push(fresh);
      }
    }
    index += step.type === "fault" ? 2 : 1;
  }
  return operations;
}

/** The operation, as far as it was known when so many events had been recorded. */
function asKnownAfter(events: number, operation: Operation): Operation {
  const { completedIndex, completedAtNs, parts = [], outcome, ...begun } = operation;
  const told = parts.filter(({ index }) => index < events);
  const known = { ...begun, ...(told.length > 0 && { parts: told }) };
  return completedIndex !== undefined && completedAtNs !== undefined && completedIndex < events
    ? { ...known, completedIndex, completedAtNs, outcome }
    : { ...known, outcome: { type: "info" } };
}

it("reads back what must be known about a cluster, and its absence", async () => {
  const caveat = "This judged no etcd.";
  const cluster = { ...sampleHeader.cluster, caveat };
  writeFileSync(path, `${JSON.stringify({ ...sampleHeader, cluster })}\n`);
  expect((await readHistoryHeader(path)).cluster.caveat).toBe(caveat);
  writeFileSync(path, `${header}\n`);
  expect((await readHistoryHeader(path)).cluster).not.toHaveProperty("caveat");
});
