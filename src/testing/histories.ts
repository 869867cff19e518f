import type { RequestErrorFacts } from "../core/classify-error.js";
import type { FaultRecord, History, HistoryHeader } from "../core/history.js";
import type { Input, Operation, Outcome, Phase } from "../core/operation.js";

/**
 * Histories drawn by hand. A span "3..7" is a call at event 3 and a completion at event 7, one
 * millisecond an event; "3.." never completed. Process p speaks to node n(p + 1).
 */
export interface Details {
  /** Of the answer's header. */
  readonly revision?: number;
  readonly phase?: Phase;
  readonly error?: RequestErrorFacts;
}

export function ok<I extends Input, Output>(
  process: number,
  span: string,
  input: I,
  output: Output,
  { revision, phase }: Details = {},
): Operation<I, Output> {
  const header = { clusterId: "1", memberId: String(process + 1), raftTerm: 2 };
  const outcome: Outcome<Output> =
    revision === undefined
      ? { type: "ok", output }
      : { type: "ok", output, header: { ...header, revision } };
  return drawn(process, span, input, outcome, phase);
}

export function fail<I extends Input>(
  process: number,
  span: string,
  input: I,
  { error = refused, phase }: Details = {},
): Operation<I, never> {
  return drawn(process, span, input, { type: "fail", error }, phase);
}

/** Unknown, whether its completion was recorded ("3..7") or not ("3.."). */
export function info<I extends Input>(
  process: number,
  span: string,
  input: I,
  { error, phase }: Details = {},
): Operation<I, never> {
  return drawn(process, span, input, { type: "info", ...(error && { error }) }, phase);
}

export const refused: RequestErrorFacts = {
  code: 14,
  details: "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED",
  peer: "127.0.0.1:2379",
  sent: false,
};

/** A run of 30 s with nothing but these operations, complete and without faults. */
export function historyOf<I extends Input, Output>(
  operations: readonly Operation<I, Output>[],
  { header, ...rest }: Partial<Omit<History, "header">> & { header?: Partial<HistoryHeader> } = {},
): History<I, Output> {
  const sorted = operations.toSorted((a, b) => a.index - b.index);
  const last = Math.max(
    -1,
    ...sorted.map(({ index, completedIndex = 0 }) => Math.max(index, completedIndex)),
  );
  return {
    header: { ...plainHeader, ...header },
    faults: [],
    statuses: [],
    logs: [],
    members: [],
    phases: completePhases,
    events: last + 1,
    torn: false,
    ...rest,
    operations: sorted,
  };
}

export const completePhases: History["phases"] = (["main", "healing", "final", "end"] as const).map(
  (phase, index) => ({ index, atNs: index, phase }),
);

/** A fault seen in force and seen to be over, in milliseconds; `undefined` for what never came. */
export function fault(
  nemesis: string,
  ms: { readonly inForce?: number; readonly healed?: number; readonly over?: number },
  trouble?: string,
): FaultRecord {
  return {
    fault: 0,
    spec: { nemesis, nodes: ["n1"], description: `${nemesis} of n1` },
    injectedAtNs: 0,
    ...(ms.inForce !== undefined && { inForceAtNs: ms.inForce * 1e6, inForceEvidence: "seen" }),
    ...(ms.healed !== undefined && { healedAtNs: ms.healed * 1e6 }),
    ...(ms.over !== undefined && { overAtNs: ms.over * 1e6, overEvidence: "seen" }),
    ...(trouble !== undefined && { trouble }),
  };
}

const plainHeader: HistoryHeader = {
  ordeal: "history",
  version: 1,
  run: "drawn",
  startedAt: "2024-01-01T00:00:00.000Z",
  seed: 1,
  cluster: { kind: "simulated", nodes: ["n1", "n2", "n3"], versions: {} },
  workload: { name: "register", options: { opsPerKey: 200, serializable: false } },
  nemeses: [],
  concurrency: 3,
  rate: 100,
  timeLimitMs: 30_000,
};

function drawn<I extends Input, Output>(
  process: number,
  span: string,
  input: I,
  outcome: Outcome<Output>,
  phase: Phase = "main",
): Operation<I, Output> {
  const [, called, completed] = /^(\d+)\.\.(\d*)$/.exec(span) ?? [];
  if (called === undefined) throw new RangeError(`expected a span such as "3..7", got "${span}"`);
  const index = Number(called);
  const node = `n${process + 1}`;
  const invoked = { index, process, node, phase, input, invokedAtNs: index * 1e6, outcome };
  if (completed === undefined || completed === "") return invoked;
  return { ...invoked, completedIndex: Number(completed), completedAtNs: Number(completed) * 1e6 };
}
