import { at } from "./at.js";
import type { Model, Operation } from "./model.js";

/** Beyond so many operations `isHidden` would cost too much; it then only keeps more of them. */
const mostForHidden = 500;

/**
 * Which operations may be left out of a history that is not linearizable, such that what stays
 * still proves that the whole is not. Taking away the write that a read saw would make a
 * contradiction that was never there. So, for models that say what operations produce and observe,
 * an operation that produces a value may go only where no operation that stays can have seen the
 * value from it:
 *
 * - No operation that stays observes the value. Or those that do returned before it was called. In
 *   any order of the whole, nothing that stays looks at the state between it and the next one that
 *   overwrites it; so the order without it is legal too.
 * - Each that does is cut off from it: another value was written in between, after the one returned
 *   and before the other was called. It may go for the same reason, but the last such producer
 *   stays: a stale read is best shown with the write that it still saw.
 *
 * Several may go at once by the same argument. Models that do not say may lose anything.
 */
export interface LeavingRule {
  /** The largest part of `leaving` that may go from `staying` and `leaving` together. */
  leavable(staying: ReadonlySet<number>, leaving: readonly number[]): number[];
}

export function leavingRule<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): LeavingRule {
  if (!model.produces || !model.observes) return { leavable: (_staying, leaving) => [...leaving] };
  const produced = operations.map(({ input, output }) => model.produces?.(input, output));
  const observed = operations.map(({ input, output }) => model.observes?.(input, output));
  const observers = positionsByValue(observed);
  const producers = positionsByValue(produced);

  function mayGo(position: number, stays: (position: number) => boolean): boolean {
    const value = produced[position];
    if (value === undefined) return true;
    if ((observers.get(null) ?? []).some(stays)) return false;
    const mayHaveSeen = (observers.get(value) ?? []).filter(
      (observer) =>
        observer !== position &&
        stays(observer) &&
        !precedes(at(operations, observer), at(operations, position)),
    );
    if (mayHaveSeen.length === 0) return true;
    return (
      (producers.get(value) ?? []).some((other) => other !== position && stays(other)) &&
      mayHaveSeen.every((observer) => isHidden(position, observer, stays))
    );
  }

  function isHidden(
    producer: number,
    observer: number,
    stays: (position: number) => boolean,
  ): boolean {
    if (operations.length > mostForHidden) return false;
    return operations.some(
      (operation, between) =>
        stays(between) &&
        produced[between] !== undefined &&
        produced[between] !== produced[producer] &&
        precedes(at(operations, producer), operation) &&
        precedes(operation, at(operations, observer)),
    );
  }

  return {
    leavable(staying, leaving) {
      const going = new Set(leaving);
      // What goes back may have seen what was about to go: until nothing goes back any more.
      for (let before = -1; before !== going.size;) {
        before = going.size;
        const stays = (position: number) => staying.has(position) && !going.has(position);
        for (const position of leaving) {
          if (going.has(position) && !mayGo(position, stays)) going.delete(position);
        }
      }
      return leaving.filter((position) => going.has(position));
    },
  };
}

/** In real time. What never returned precedes nothing. */
function precedes<Input, Output>(
  earlier: Operation<Input, Output>,
  later: Operation<Input, Output>,
): boolean {
  return earlier.return !== undefined && earlier.return < later.call;
}

function positionsByValue<Value>(values: readonly (Value | undefined)[]): Map<Value, number[]> {
  const positions = new Map<Value, number[]>();
  for (const [position, value] of values.entries()) {
    if (value === undefined) continue;
    const known = positions.get(value);
    if (known) known.push(position);
    else positions.set(value, [position]);
  }
  return positions;
}
