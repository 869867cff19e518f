import fc from "fast-check";
import { expect, it } from "vitest";
import { crashLog } from "../checkers/crash-log.js";
import { monotonicRevision } from "../checkers/monotonic-revision.js";
import type { Checker } from "../core/checker.js";
import type { Outcome } from "../core/operation.js";
import { historyOf, ok } from "../testing/histories.js";
import { memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { followed } from "./follow.js";

const read = { f: "read" };
const context = { deadlineMs: 1_000, memoryMb: 64 };

function told(revision: number): Outcome {
  return {
    type: "ok",
    output: {},
    header: { clusterId: "1", memberId: "1", raftTerm: 1, revision },
  };
}

function rig() {
  const clock = virtualClock();
  const memory = memoryRecorder(clock);
  const found: [string, string][] = [];
  const recorder = followed(memory, {
    checkers: {
      "monotonic-revision": monotonicRevision(),
      "crash-log": crashLog,
      whole: { check: () => ({ validity: "valid", summary: "", findings: [] }) },
    },
    clock,
    onFinding: (checker, { message }) => found.push([checker, message]),
  });
  return { memory, recorder, found };
}

it("records what it is told of, and nothing more", () => {
  const { memory, recorder } = rig();
  recorder.phase({ phase: "main" });
  recorder.invoke({ process: 0, node: "n1", input: read });
  recorder.part({ process: 0, part: 1 });
  recorder.complete({ process: 0, outcome: told(5) });
  recorder.log({ node: "n1", level: "panic", line: "oh" });
  expect(memory.events.map(({ kind }) => kind)).toEqual([
    "phase",
    "invoke",
    "part",
    "complete",
    "log",
  ]);
});

it("tells of a violation when it comes, once for each checker", () => {
  const { recorder, found } = rig();
  for (const revision of [7, 8, 6, 5]) {
    recorder.invoke({ process: 0, node: "n1", input: read });
    recorder.complete({ process: 0, outcome: told(revision) });
    expect(found.length).toBe(revision < 7 ? 1 : 0);
  }
  recorder.log({ node: "n2", level: "panic", line: "oh" });
  recorder.log({ node: "n2", level: "panic", line: "oh" });
  expect(found).toEqual([
    ["monotonic-revision", expect.stringMatching(/was told of revision 6, although .* revision 8/)],
    ["crash-log", expect.stringMatching(/^etcd on n2 panicked at .*: oh$/)],
  ]);
});

it("tells with an operation what it was told on its way", () => {
  const clock = virtualClock();
  const seen: unknown[] = [];
  const onlooker: Checker = {
    check: () => ({ validity: "valid", summary: "", findings: [] }),
    follow: () => ({
      completed({ index, parts }) {
        seen.push(index, ...(parts ?? []).map(({ part }) => part));
        return undefined;
      },
    }),
  };
  const recorder = followed(memoryRecorder(clock), {
    ...{ checkers: { onlooker }, clock, onFinding: () => undefined },
  });
  const first = recorder.invoke({ process: 0, node: "n1", input: read });
  const second = recorder.invoke({ process: 1, node: "n1", input: read });
  for (const [process, part] of [
    [0, "a"],
    [1, "b"],
    [0, "c"],
  ] as const) {
    recorder.part({ process, part });
  }
  recorder.complete({ process: 0, outcome: told(2) });
  recorder.complete({ process: 1, outcome: told(2) });
  expect(seen).toEqual([first, "a", "c", second, "b"]);
});

it("tells who looks on of faults, too", () => {
  const { recorder, memory, found } = rig();
  const spec = { nemesis: "disk-full", nodes: ["n2"], description: "", mayEndNodes: true };
  recorder.fault({ fault: 0, stage: "inject", spec });
  recorder.log({ node: "n2", level: "panic", line: "no room" });
  expect(found).toEqual([]);
  recorder.fault({ fault: 0, stage: "over" });
  recorder.log({ node: "n2", level: "panic", line: "room" });
  expect(found).toEqual([["crash-log", expect.stringMatching(/: room$/)]]);
  expect(memory.events.map(({ kind }) => kind)).toEqual(["fault", "log", "fault", "log"]);
});

it("says nothing of answers to calls that were under way", () => {
  const { recorder, found } = rig();
  recorder.invoke({ process: 0, node: "n1", input: read });
  recorder.invoke({ process: 1, node: "n1", input: read });
  recorder.complete({ process: 0, outcome: told(9) });
  recorder.complete({ process: 1, outcome: told(8) });
  expect(found).toEqual([]);
});

it("objects to whatever the judge of the whole objects to", () => {
  const span = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 6 }), fc.nat(4));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
      // Events at 2i and 2i + 1 are nobody else's, so that spans never share one.
      const operations = spans.map(([from, length, revision], i) => {
        const at = (event: number) => event * spans.length + i;
        const call = `${at(from)}..${at(from + length)}`;
        return ok(i, call, read, {}, { revision: revision + 1 });
      });
      const history = historyOf(operations);
      const { recorder, found } = rig();
      const events = operations.flatMap((operation) => [
        { at: operation.index, operation, isCall: true },
        { at: operation.completedIndex ?? 0, operation, isCall: false },
      ]);
      for (const { operation, isCall } of events.sort((a, b) => a.at - b.at)) {
        const { process, node, input, outcome } = operation;
        if (isCall) recorder.invoke({ process, node, input });
        else recorder.complete({ process, outcome });
      }
      const verdict = monotonicRevision().check(history, context) as { validity: string };
      expect(found.length > 0).toBe(verdict.validity === "invalid");
    }),
  );
});
