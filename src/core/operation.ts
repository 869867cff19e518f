import type { RequestErrorFacts } from "./classify-error.js";

/** The header of an etcd answer. Ids are decimal strings: they exceed 2^53. */
export interface ResponseHeader {
  readonly clusterId: string;
  readonly memberId: string;
  readonly revision: number;
  readonly raftTerm: number;
}

/** The phase of a run: load under faults, then the reads after everything was healed. */
export type Phase = "main" | "final";

/** What became of an operation, as far as its client can tell. */
export type Outcome<Output = unknown> =
  | { readonly type: "ok"; readonly output: Output; readonly header?: ResponseHeader }
  /** It did not take effect and never will. */
  | { readonly type: "fail"; readonly error: RequestErrorFacts }
  /** It may have taken effect, may still do so, or never will. */
  | { readonly type: "info"; readonly error?: RequestErrorFacts };

/**
 * What a client asks for: `f` is the kind, the rest is the workload's. Plain JSON: it is written
 * to the history and read back.
 */
export interface Input {
  readonly f: string;
}

/**
 * An invocation paired with its completion. `index` and `completedIndex` are positions of events
 * in the history; since one process records all events in the order in which they happened, they
 * are a total order that agrees with real time, and checkers go by them rather than by clocks.
 */
export interface Operation<I extends Input = Input, Output = unknown> {
  readonly index: number;
  readonly process: number;
  readonly node: string;
  readonly phase: Phase;
  readonly input: I;
  /** Nanoseconds since the run began. */
  readonly invokedAtNs: number;
  /** Undefined where no completion was recorded: the run ended first. The outcome is `info`. */
  readonly completedIndex?: number;
  readonly completedAtNs?: number;
  /** What it was told on its way, in that order; undefined where there was nothing. */
  readonly parts?: readonly OperationPart[];
  readonly outcome: Outcome<Output>;
}

/** Recorded when it came, whatever became of the operation afterwards. */
export interface OperationPart {
  /** Of its event in the history. */
  readonly index: number;
  readonly atNs: number;
  /** The workload's. Plain JSON. */
  readonly part: unknown;
}
