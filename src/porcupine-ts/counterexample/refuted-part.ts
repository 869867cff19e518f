import type { Budget } from "../budget.js";
import type { Decision } from "../parts/order.js";
import type { Timeline } from "../parts/timeline.js";
import type { Traces } from "./traces.js";
import type { Stretch } from "./window.js";

/** A part that has no order, and what can be asked about it. Operations are numbers of the part. */
export interface RefutedPart {
  readonly timeline: Timeline;
  /** Undefined where the model does not say what operations produce and observe. */
  readonly traces: Traces | undefined;
  readonly budget: Budget;
  isReadOnly(number: number): boolean;
  /**
   * Whether `numbers` (ascending) have an order all by themselves. What returned at or after the
   * position `end` counts as never returned, but keeps its answer; what was called after it is left
   * out. Undefined: time or memory ran out.
   */
  decide(numbers: Int32Array, end: number, effort: Effort): Promise<Decision | undefined>;
}

/** "brief": where no quick engine can tell and a search would take long, "undecided" will do. */
export type Effort = "brief" | "full";

/** "invalid" is proven; anything else may be that time ran out. */
export async function isInvalid(
  refuted: RefutedPart,
  { numbers, end }: Stretch,
  effort: Effort = "full",
): Promise<boolean> {
  if (refuted.budget.expired()) return false;
  return (await refuted.decide(numbers, end, effort))?.outcome === "invalid";
}
