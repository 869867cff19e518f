import type { Input, Operation } from "../core/operation.js";
import type { Model } from "../porcupine-ts/model.js";
import type { PartitionResult } from "../porcupine-ts/result.js";
import type { Wording } from "./words.js";

/** All that the sentences draw on. */
export interface Case<State, I extends Input, Output> {
  readonly model: Model<State, I, Output>;
  /** What was judged; `part` refers to these by position. */
  readonly operations: readonly Operation<I, Output>[];
  readonly part: PartitionResult<State>;
  /** What the part is called: "key r/3". */
  readonly subject: string;
  readonly wording: Wording;
}

export function outputOf<I extends Input, Output>({
  outcome,
}: Operation<I, Output>): Output | undefined {
  return outcome.type === "ok" ? outcome.output : undefined;
}
