import { at } from "../../porcupine-ts/at.js";
import { illegal, type Model, type Operation } from "../../porcupine-ts/model.js";

/** As many as there are bits for. */
const mostOperations = 30;

/**
 * Whether a history has an order, by trying all of them, each part by itself. The same as hasOrder
 * but for one thing: what follows from having placed the same operations and being in the same
 * state is looked at once. Knows nothing of a model but init, step and partition.
 */
export function hasOrderQuickly<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  return partsOf(model, operations).every((part) => partHasOrder(model, part));
}

export function partsOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Operation<Input, Output>[][] {
  const parts = new Map<string, Operation<Input, Output>[]>();
  for (const operation of operations) {
    const name = model.partition?.(operation.input) ?? "";
    const part = parts.get(name);
    if (part) part.push(operation);
    else parts.set(name, [operation]);
  }
  return [...parts.values()];
}

function partHasOrder<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  if (operations.length > mostOperations) throw new RangeError("too many operations to try all");
  const before = operations.map((operation) =>
    setOf(operations, (other) => precedes(other, operation)),
  );
  const answered = setOf(operations, (operation) => operation.return !== undefined);
  const seen = new Set<string>();

  function canGoOn(placed: number, state: State): boolean {
    if ((answered & ~placed) === 0) return true;
    const situation = `${placed} ${textOf(state)}`;
    if (seen.has(situation)) return false;
    seen.add(situation);
    return operations.some((operation, number) => {
      const bit = 1 << number;
      if ((placed & bit) !== 0 || (at(before, number) & ~placed) !== 0) return false;
      const after = model.step(state, operation.input, operation.output);
      return after !== illegal && canGoOn(placed | bit, after);
    });
  }

  return canGoOn(0, model.init());
}

function setOf<T>(items: readonly T[], isIn: (item: T) => boolean): number {
  return items.reduce((set, item, number) => (isIn(item) ? set | (1 << number) : set), 0);
}

function precedes(a: Operation<unknown, unknown>, b: Operation<unknown, unknown>): boolean {
  return a.return !== undefined && a.return < b.call;
}

/** Different for different states; that equal ones have equal texts only saves time. */
function textOf(state: unknown): string {
  return JSON.stringify(state, (_key, value: unknown) => {
    if (value instanceof Set) return { set: [...(value as Set<unknown>)] };
    if (value instanceof Map) return { map: [...(value as Map<unknown, unknown>)] };
    return value;
  });
}
