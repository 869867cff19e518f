import type { FaultRecord, History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import { historyOf } from "../../testing/histories.js";

/** A restore from a snapshot, at events of the history: one is a millisecond. */
export interface DrawnRewind {
  readonly injected: number;
  readonly healed?: number;
  readonly revision: number;
  /** Of the cluster that was destroyed. */
  readonly cluster: string;
}

export function rewindOf(
  { injected, healed, revision, cluster }: DrawnRewind,
  fault = 0,
): FaultRecord {
  return {
    fault,
    spec: { nemesis: "restore", nodes: ["n1", "n2", "n3"], description: "all are restored" },
    injectedAtNs: injected * 1e6,
    ...(healed !== undefined && { healedAtNs: healed * 1e6, overAtNs: healed * 1e6 }),
    rewind: { revision, clusterId: cluster },
  };
}

/** The same operations, answered by another cluster than "1". */
export function in2(operation: Operation): Operation {
  return answeredBy("2", operation);
}

export function answeredBy<I extends Input, Output>(
  cluster: string,
  operation: Operation<I, Output>,
): Operation<I, Output> {
  const { outcome } = operation;
  if (outcome.type !== "ok" || !outcome.header) return operation;
  const header = { ...outcome.header, clusterId: cluster };
  return { ...operation, outcome: { ...outcome, header } };
}

/** Destroyed after event 10 and restored after event 20, from a snapshot of this revision. */
export function rewoundTo(revision: number, operations: readonly Operation[]): History {
  const faults = [rewindOf({ injected: 10, healed: 20, revision, cluster: "1" })];
  return historyOf(operations, { faults });
}
