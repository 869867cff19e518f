import { decideByZones } from "../porcupine-ts/engines/zones/zones.js";
import { illegal, type Model } from "../porcupine-ts/model.js";
import type { Decision } from "../porcupine-ts/parts/order.js";
import type { Recorded } from "../porcupine-ts/parts/recorded.js";
import { registerColumns, registerParts } from "../porcupine-ts/parts/register-columns.js";
import type { Part } from "../porcupine-ts/parts/split.js";
import { subRegisterPart } from "../porcupine-ts/parts/sub-part.js";

/** Whether some operations of a part have an order, and which: as counterexamples ask it. */
export type DecideNumbers = (numbers: Int32Array, end: number) => Promise<Decision | undefined>;

/** Tries all orders, and nothing else: for a few operations. */
export function decideByTrying<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  { timeline, indexes }: Part,
): DecideNumbers {
  const { calledAt, returnedAt } = timeline;
  const at = (column: Int32Array, number: number) => column[number] ?? NaN;

  function orderOf(left: readonly number[], state: State, end: number): number[] | undefined {
    const hasReturned = (number: number) => at(returnedAt, number) < end;
    if (!left.some(hasReturned)) return [];
    for (const number of left) {
      const mustWait = left.some(
        (other) => hasReturned(other) && at(returnedAt, other) < at(calledAt, number),
      );
      if (mustWait) continue;
      const index = at(indexes, number);
      const after = model.step(state, inputs[index] as Input, outputs[index]);
      if (after === illegal) continue;
      const others = left.filter((other) => other !== number);
      const rest = orderOf(others, after, end);
      if (rest) return [number, ...rest];
    }
    return undefined;
  }

  return (numbers, end) => {
    const called = [...numbers].filter((number) => at(calledAt, number) < end);
    const order = orderOf(called, model.init(), end);
    return Promise.resolve(
      order ? { outcome: "valid", order: Int32Array.from(order) } : { outcome: "invalid" },
    );
  };
}

/** For histories of one register in which no value that was found was written twice. */
export function decideByZonesAlone<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
  part: Part,
): DecideNumbers {
  const columns = registerColumns(model, recorded, [part]);
  const register = columns && registerParts(columns)(part, 0);
  if (!register) throw new Error("the model must say that it is a register");
  return (numbers, end) => {
    const decision = decideByZones(subRegisterPart(register, numbers, end));
    if (decision.outcome !== "valid") return Promise.resolve(decision);
    return Promise.resolve({
      outcome: "valid",
      order: decision.order.map((place) => numbers[place] ?? NaN),
    });
  };
}
