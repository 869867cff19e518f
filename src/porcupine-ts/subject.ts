import type { Questions } from "./engines/question.js";
import type { Model } from "./model.js";
import type { Recorded } from "./parts/recorded.js";
import type { Part } from "./parts/split.js";

/** What is checked, taken apart. */
export interface Subject<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly parts: readonly Part[];
  readonly questions: Questions<State>;
}
