import type { Model, Operation } from "../../porcupine-ts/model.js";
import { judge, type JudgeOptions } from "../judge.js";

/** A history in memory, ready to be judged, whose verdict is known. */
export interface Prepared {
  readonly operations: number;
  readonly expected: "valid" | "invalid";
  judge(options: JudgeOptions): Promise<Outcome>;
}

/** What of a judgement is worth a line, so that nothing else of it stays in memory. */
export interface Outcome {
  readonly validity: "valid" | "invalid" | "unknown";
  readonly engines: readonly string[];
  /** Time in the engines alone, without laying out the history. */
  readonly engineMs: number;
  /** How many operations the first counterexample has. */
  readonly counterexample?: number;
}

export function prepared<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  expected: "valid" | "invalid",
): Prepared {
  return {
    operations: operations.length,
    expected,
    async judge(options) {
      const { validity, engines, partitions } = await judge(model, operations, options);
      const engineMs = partitions.reduce((sum, { statistics }) => sum + statistics.elapsedMs, 0);
      const found = partitions.find(({ counterexample }) => counterexample)?.counterexample;
      const size = found && { counterexample: found.operations.length };
      return { validity, engines, engineMs, ...size };
    },
  };
}
