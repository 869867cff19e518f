import type { UnknownReason } from "./budget.js";
import type { Counterexample, LinearizationPoint } from "./counterexample/counterexample.js";
import type { EngineName } from "./engines/search-end.js";

/** "unknown": neither was proven within the limits. */
export type Validity = "valid" | "invalid" | "unknown";

/** What was needed to decide. */
export interface Statistics {
  /** Operations judged. */
  readonly operations: number;
  /** Configurations that a search looked at; 0 where none was needed. */
  readonly visited: number;
  /** The most memory that searches used at a time, estimated. */
  readonly bytes: number;
  /** Milliseconds spent, counterexamples included in the whole's. */
  readonly elapsedMs: number;
}

export interface PartitionStatistics extends Statistics {
  /** What decided, or was at it when a limit came. */
  readonly engine: EngineName;
}

export interface PartitionResult<State> {
  /** As `Model.partition` names it; "" where the model does not. */
  readonly name: string;
  readonly validity: Validity;
  /** With "unknown" only. */
  readonly reason?: UnknownReason;
  /** Indexes into the history of all its operations, in the order of their calls. */
  readonly operations: Int32Array;
  /**
   * With "valid" only: an order that explains everything, as indexes into the history. Unknown
   * operations may be missing. It was replayed through the model's `step`.
   */
  readonly order?: Int32Array;
  /** The same with the state after each operation, made when it is asked for. */
  readonly linearization?: readonly LinearizationPoint<State>[];
  /** With "invalid" only, and not beyond `maxCounterexamples`. */
  readonly counterexample?: Counterexample<State>;
  readonly statistics: PartitionStatistics;
}

export interface CheckResult<State> {
  /** Invalid if any partition is; else unknown if any is. */
  readonly validity: Validity;
  /** Why the first unknown partition is. */
  readonly reason?: UnknownReason;
  /** In the order of their first operations. */
  readonly partitions: readonly PartitionResult<State>[];
  readonly statistics: Statistics;
}
