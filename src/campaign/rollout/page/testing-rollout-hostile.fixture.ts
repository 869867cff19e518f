import type { FaultFigures, RolloutRecord } from "../rollout-record.js";
import { unsafeRollout } from "./testing-rollout.fixture.js";

/** A rollout that says this wherever a text can stand. */
export function hostileRollout(text: string): RolloutRecord {
  const record = unsafeRollout();
  const side = { etcd: text, version: text, sha256: text, config: text };
  const faultOf = (fault: FaultFigures): FaultFigures => ({
    ...fault,
    // A change of nodes is known by its name.
    nemesis: fault.nemesis === "rollout" ? "rollout" : text,
    description: text,
    nodes: [text, text],
    trouble: text,
  });
  return {
    ...record,
    tool: text,
    startedAt: text,
    command: text,
    from: { ...side, etcd: `a${text}` },
    to: side,
    differences: [
      { key: text, from: text, to: { [text]: [text] } },
      { key: `b${text}`, to: text },
    ],
    remarks: [text, "etcd", `other ${text}`].flatMap((key) =>
      (["note", "untested", "unprovable", "dangerous"] as const).map((kind) => ({
        key,
        kind,
        sentence: text,
      })),
    ),
    pointOfNoReturn: text,
    workload: text,
    nemeses: [text, text],
    endedEarly: { by: "failure", why: text },
    runs: record.runs.map((run) => ({
      ...run,
      startedAt: text,
      sentence: text,
      findings: [{ checker: text, message: text }],
      command: text,
      folder: text,
      outcome: run.round === 1 ? "failed" : run.outcome,
      ...(run.figures && {
        figures: {
          ...run.figures,
          errors: { [text]: 1 },
          faults: run.figures.faults.map(faultOf),
        },
      }),
    })),
    comparisons: record.comparisons.map((comparison) => ({
      ...comparison,
      metric: text,
      title: text,
    })),
    verdict: { verdict: "unsafe", reasons: Array.from({ length: 12 }, () => text), exitCode: 1 },
  };
}
