import fc from "fast-check";
import type { Clock } from "../core/clock.js";
import type { HistoryHeader, MemberEvent } from "../core/history.js";
import type { Input, Outcome } from "../core/operation.js";
import type { HistoryWriter } from "../history/writer.js";

export const sampleHeader: HistoryHeader = {
  ordeal: "history",
  version: 1,
  run: "register-1",
  startedAt: "2026-01-02T03:04:05.678Z",
  seed: 7,
  cluster: { kind: "docker", nodes: ["n1", "n2"], versions: { n1: "3.5.30", n2: "3.4.23" } },
  workload: { name: "register", options: { opsPerKey: 100, serializable: false } },
  nemeses: ["kill"],
  concurrency: 2,
  rate: 100,
  timeLimitMs: 30_000,
  selfCheck: "a lost reply was applied once",
};

/** Each look at it is a microsecond later than the one before. */
export function tickingClock(): Clock {
  let nowNs = 0;
  return {
    nowNs: () => (nowNs += 1000),
    sleep: () => Promise.resolve(),
    wallTime: () => "2026-01-02T03:04:05.678Z",
  };
}

/**
 * One thing that a recorder is told. A process that is free invokes; one that is busy is told a
 * part where there is one, and else completes.
 */
export type Step =
  | {
      readonly type: "process";
      readonly process: number;
      readonly input: Input;
      readonly part: { readonly text: string } | null;
      readonly outcome: Outcome;
    }
  | { readonly type: "phase"; readonly phase: "main" | "healing" | "final" | "end" }
  | { readonly type: "fault"; readonly text: string }
  | { readonly type: "status"; readonly answered: boolean }
  | { readonly type: "member"; readonly said: Omit<MemberEvent, "index" | "atNs"> }
  | { readonly type: "log"; readonly line: string };

// Text of every kind, line breaks and halves of surrogate pairs among it: it goes through JSON.
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("a\nb\u2028\ud800"));

const input: fc.Arbitrary<Input> = fc.record({
  f: fc.constantFrom("read", "write"),
  key: text,
  value: fc.option(text),
});

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    type: fc.constant("ok" as const),
    output: fc.oneof(fc.constant(null), fc.record({ value: fc.option(text), revision: fc.nat() })),
    header: fc.record({
      clusterId: fc.constantFrom("13455796455940752355", "1"),
      memberId: text,
      revision: fc.nat(),
      raftTerm: fc.nat(),
    }),
  }),
  fc.record({ type: fc.constant("ok" as const), output: text }),
  fc.record({
    type: fc.constantFrom("fail" as const, "info" as const),
    error: fc.record({
      code: fc.integer({ min: 0, max: 16 }),
      details: text,
      peer: text,
      sent: fc.boolean(),
    }),
  }),
  fc.constant({ type: "info" as const }),
);

const entry = fc.record({
  key: text,
  value: text,
  createRevision: fc.nat(),
  modRevision: fc.nat(),
  version: fc.nat(),
  lease: fc.constantFrom("0", "7587862094546523145"),
});

const page = fc.record(
  { from: text, keys: fc.nat(), digest: text, entries: fc.array(entry, { maxLength: 3 }) },
  { requiredKeys: ["from", "keys", "digest"] },
);

const memberSays = fc.record(
  {
    node: fc.constantFrom("n1", "n2"),
    toldRevision: fc.nat(),
    readRevision: fc.nat(),
    revision: fc.nat(),
    version: text,
    hash: fc.record({
      revision: fc.nat(),
      hash: fc.nat(),
      compactRevision: fc.integer({ min: -1 }),
    }),
    contents: fc.record({ keys: fc.nat(), pages: fc.array(page, { maxLength: 2 }) }),
    alarms: fc.array(fc.record({ memberId: text, alarm: text }), { maxLength: 2 }),
    members: fc.array(fc.record({ id: text, name: text, isLearner: fc.boolean() }), {
      maxLength: 2,
    }),
    unanswered: fc.array(fc.record({ question: text, error: text }), { maxLength: 2 }),
  },
  { requiredKeys: ["node", "unanswered"], noNullPrototype: true },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("process" as const),
      process: fc.nat(4),
      input,
      part: fc.option(fc.record({ text }), { freq: 1 }),
      outcome,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("phase" as const),
      phase: fc.constantFrom("main" as const, "healing" as const, "final" as const, "end" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("fault" as const), text }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("status" as const), answered: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("log" as const), line: text }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("member" as const), said: memberSays }) },
);

export const anySteps: fc.Arbitrary<Step[]> = fc.array(step, { maxLength: 40 });

const status = {
  memberId: "18446744073709551615",
  leaderId: "0",
  raftTerm: 2,
  raftIndex: 9,
  version: "3.5.30",
  dbSizeBytes: 4096,
};

/** Tells a recorder of the steps, one after the other. */
export function record(writer: HistoryWriter, steps: readonly Step[]): void {
  const busy = new Set<number>();
  let faults = 0;
  for (const step of steps) {
    switch (step.type) {
      case "process": {
        const { process, input, part, outcome } = step;
        if (busy.has(process) && part) writer.part({ process, part });
        else if (busy.delete(process)) writer.complete({ process, outcome });
        else {
          busy.add(process);
          writer.invoke({ process, node: `n${(process % 2) + 1}`, input });
        }
        break;
      }
      case "phase":
        writer.phase({ phase: step.phase });
        break;
      case "fault": {
        const spec = { nemesis: "kill", nodes: ["n1"], description: step.text };
        writer.fault({ fault: faults, stage: "inject", spec });
        writer.fault({ fault: faults, stage: "in-force", evidence: step.text });
        faults += 1;
        break;
      }
      case "status":
        writer.status({ node: "n2", ...(step.answered && { status }) });
        break;
      case "member":
        writer.member(step.said);
        break;
      case "log":
        writer.log({ node: "n1", level: "panic", line: step.line });
        break;
    }
  }
}
