import fc from "fast-check";
import type { Clock } from "../core/clock.js";
import type { HistoryHeader } from "../core/history.js";
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

/** One thing that a recorder is told. A process that is busy completes, a free one invokes. */
export type Step =
  | { readonly type: "process"; readonly process: number; readonly input: Input; outcome: Outcome }
  | { readonly type: "phase"; readonly phase: "main" | "healing" | "final" | "end" }
  | { readonly type: "fault"; readonly text: string }
  | { readonly type: "status"; readonly answered: boolean }
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

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("process" as const),
      process: fc.nat(4),
      input,
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
        const { process, input, outcome } = step;
        if (busy.delete(process)) writer.complete({ process, outcome });
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
      case "log":
        writer.log({ node: "n1", level: "panic", line: step.line });
        break;
    }
  }
}
