import type { FaultRecord, History, StatusEvent } from "../../../core/history.js";
import type { Operation, Outcome } from "../../../core/operation.js";
import { historyOf } from "../../../testing/histories.js";

/**
 * Runs drawn by hand, all times in milliseconds. The load begins at 100 ms, so that nothing that
 * forgets its begin comes out right.
 */
export const loadBeginsMs = 100;

export interface Asked {
  readonly node?: string;
  /** From the load's begin. */
  readonly at: number;
  /** Undefined for one that never completed. */
  readonly takes?: number;
  readonly type?: Outcome["type"];
}

export function asked({ node = "n1", at, takes, type = "ok" }: Asked): Operation {
  const invokedAtNs = ns(at);
  const error = { code: 4, details: "Deadline exceeded", peer: "127.0.0.1:2379", sent: true };
  return {
    index: at,
    process: 0,
    node,
    phase: "main",
    input: { f: "read" },
    invokedAtNs,
    ...(takes !== undefined && { completedIndex: at + 1, completedAtNs: ns(at + takes) }),
    outcome: type === "ok" ? { type, output: null } : { type, error },
  };
}

/** One operation after the other, each of 10 ms, from `from` on and before `to`. */
export function steadily(
  { from, to }: { readonly from: number; readonly to: number },
  rest: Partial<Asked> = {},
): Operation[] {
  const count = Math.floor((to - from) / 10);
  return Array.from({ length: count }, (_, step) =>
    asked({ at: from + 10 * step, takes: 10, ...rest }),
  );
}

export interface Harm {
  readonly nemesis?: string;
  readonly nodes?: readonly string[];
  readonly at: number;
  readonly healed?: number;
  readonly over?: number;
}

export function harm({ nemesis = "kill", nodes = ["n1"], at, healed, over }: Harm): FaultRecord {
  return {
    fault: at,
    spec: { nemesis, nodes, description: `${nemesis} of ${nodes.join(" and ")}` },
    injectedAtNs: ns(at),
    inForceAtNs: ns(at),
    ...(healed !== undefined && { healedAtNs: ns(healed) }),
    ...(over !== undefined && { overAtNs: ns(over) }),
  };
}

export function told(
  at: number,
  node: string,
  [leaderId, raftTerm]: [string, number],
): StatusEvent {
  const status = {
    memberId: "1",
    leaderId,
    raftTerm,
    raftIndex: 1,
    version: "3.5.30",
    dbSizeBytes: 1,
  };
  return { index: at, atNs: ns(at), node, status };
}

/** A load of 10 s, after which two seconds are needed to heal. */
export function drawnRun(
  operations: readonly Operation[],
  rest: Partial<Pick<History, "faults" | "statuses" | "phases">> = {},
): History {
  const phases = [
    { index: 0, atNs: ns(0), phase: "main" },
    { index: 1, atNs: ns(12_000), phase: "healing" },
    { index: 2, atNs: ns(12_500), phase: "final" },
    { index: 3, atNs: ns(13_000), phase: "end" },
  ] as const;
  return historyOf(operations, { header: { timeLimitMs: 10_000 }, phases, ...rest });
}

function ns(ms: number): number {
  return (loadBeginsMs + ms) * 1e6;
}
