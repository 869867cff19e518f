import { check, type PartitionResult, type Validity } from "../porcupine-ts/check.js";
import type { Model, Operation } from "../porcupine-ts/model.js";

export type Counterexample<State> = NonNullable<PartitionResult<State>["counterexample"]>;
export type LinearizationPoint<State> = NonNullable<
  PartitionResult<State>["linearization"]
>[number];

/** The ways of deciding that `check` can be asked for. */
export const engineChoices = ["auto", "general", "both"] as const;
export type EngineChoice = (typeof engineChoices)[number];

export interface JudgeOptions {
  /** Default: "auto". */
  readonly engine?: EngineChoice;
  readonly deadlineMs?: number;
  readonly memoryMb?: number;
  /** Default: 0. */
  readonly maxCounterexamples?: number;
  /** Threads besides this one. Default: 0, so that what happens does not depend on the machine. */
  readonly workers?: number;
}

export interface Judgement<State> {
  readonly validity: Validity;
  readonly partitions: readonly PartitionResult<State>[];
  /** What decided, each once. */
  readonly engines: readonly string[];
}

/**
 * What the library says of a history. The fuzzer and the benchmark reach it through here alone, so
 * that they need no more of it than this.
 */
export async function judge<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { engine = "auto", maxCounterexamples = 0, workers = 0, ...limits }: JudgeOptions = {},
): Promise<Judgement<State>> {
  const { validity, partitions } = await check(model, operations, {
    ...limits,
    engine,
    maxCounterexamples,
    workers,
  });
  const engines = [...new Set(partitions.map(({ statistics }) => statistics.engine))].sort();
  return { validity, partitions, engines };
}
