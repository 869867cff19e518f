import type { Budget } from "./budget.js";
import type { Model, Operation } from "./model.js";
import { bytesUsed, createSearch, type Problem, run, type Search } from "./search.js";
import { createStates } from "./states.js";
import { layOut } from "./timeline.js";
import { orderByZones, registerHistory } from "./zones.js";

/**
 * "auto": zones where they apply (zones.ts), the general search for all else. "general": the search
 * alone. "both": both where zones apply, and an error where they disagree;
 * where the search runs out of time or memory nothing was compared, and the verdict is unknown.
 */
export type Engine = "auto" | "general" | "both";

/** Moves between two looks at the clock: some tenths of a millisecond for a quick model. */
export const stepsAtOnce = 1000;

export function problemOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Problem<State, Input, Output> {
  return { operations, timeline: layOut(model, operations), states: createStates(model) };
}

/** Runs one search to its end, unless the budget ends first. */
export async function runToEnd<State, Input, Output>(
  search: Search<State, Input, Output>,
  budget: Budget,
): Promise<"found" | "impossible" | "gave up"> {
  for (;;) {
    if (budget.expired() || bytesUsed(search) > budget.memoryBytes) return "gave up";
    const outcome = run(search, stepsAtOnce);
    if (outcome !== "open") return outcome;
    await budget.breathe();
  }
}

/** Whether these operations have an order; undefined where the budget ended first. */
export async function isLinearizable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, engine }: { readonly budget: Budget; readonly engine: Engine },
): Promise<boolean | undefined> {
  if (engine === "auto") {
    const register = registerHistory(model, operations);
    const outcome = register ? orderByZones(register).outcome : "undecided";
    if (outcome !== "undecided") {
      await budget.breathe();
      return outcome === "valid";
    }
  }
  const outcome = await runToEnd(createSearch(problemOf(model, operations)), budget);
  return outcome === "gave up" ? undefined : outcome === "found";
}
