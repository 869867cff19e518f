import type { Model, Operation } from "../porcupine-ts/model.js";
import type { Decision } from "../porcupine-ts/parts/order.js";
import { type Recorded, record } from "../porcupine-ts/parts/recorded.js";
import { type Part, splitByPart } from "../porcupine-ts/parts/split.js";
import { flawInOrder } from "./flaw-in-order.js";

/** Asks an engine about part number `its`; undefined where it cannot be asked. */
export type AskEngine<Input, Output> = (
  recorded: Recorded<Input, Output>,
  part: Part,
  its: number,
) => Decision | undefined;

/**
 * What an engine says of a history of one part, "none" where it cannot be asked. Throws where it
 * gives an order that is none.
 */
export function engineOutcome<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  ask: AskEngine<Input, Output>,
): string {
  const recorded = record(model, history);
  const outcomes = splitByPart(recorded).map((part, its) => {
    const decision = ask(recorded, part, its);
    if (decision?.outcome === "valid") {
      const order = Array.from(decision.order, (number) => part.indexes[number] ?? NaN);
      const flaw = flawInOrder(model, history, order);
      if (flaw !== undefined) throw new Error(`the engine gives an order that is none: ${flaw}`);
    }
    return decision?.outcome ?? "none";
  });
  return outcomes[0] ?? "valid";
}
