import { at, intAt } from "../../at.js";
import { canonicalText } from "../../canonical-text.js";
import type { Model } from "../../model.js";
import type { Recorded } from "../../parts/recorded.js";
import { never, type Timeline } from "../../parts/timeline.js";

/**
 * Operations that never returned and ask for the same: any of them may stand for another. Where a
 * history is cut short, one that returned later has an output, which it must give if it is used.
 */
export interface UnknownClass {
  /** Numbers of its operations, earliest call first. */
  readonly members: readonly number[];
  /** When they were called, ascending. */
  readonly calledAt: readonly number[];
}

/**
 * What never returned, by classes in the order of their first calls. Left out: those that change
 * nothing, since they may be left out of any order, and those whose effect nobody can have noticed.
 */
export function unknownClasses<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Pick<Recorded<Input, Output>, "inputs" | "outputs">,
  { timeline, indexes }: { readonly timeline: Timeline; readonly indexes: Int32Array },
): UnknownClass[] {
  const { count, calledAt, returnedAt, byReturn } = timeline;
  if (byReturn.length === count) return [];
  const operations: Answered<Input, Output>[] = Array.from(indexes, (index, number) => ({
    input: recorded.inputs[index] as Input,
    output: recorded.outputs[index],
    isUnknown: intAt(returnedAt, number) === never,
  }));
  const unnoticed = unnoticedUnknowns(model, operations);
  const classes = new Map<string, { members: number[]; calledAt: number[] }>();
  for (const [number, { input, output, isUnknown }] of operations.entries()) {
    if (!isUnknown || unnoticed.has(number) || model.readOnly?.(input, output) === true) continue;
    const name = canonicalText([input, output]);
    const known = classes.get(name) ?? { members: [], calledAt: [] };
    known.members.push(number);
    known.calledAt.push(intAt(calledAt, number));
    classes.set(name, known);
  }
  return [...classes.values()];
}

interface Answered<Input, Output> {
  readonly input: Input;
  readonly output: Output | undefined;
  readonly isUnknown: boolean;
}

/**
 * Unknown operations that overwrite the state with a value that no other operation found. In any
 * order that uses one, nothing looks at the state between it and the next overwriting operation, so
 * the order stays legal without it. An operation that depends on the state without naming a value
 * (`observes` gives null) may have noticed anything. Leaving out an operation takes away what it
 * found itself, which may set free another: hence the rounds.
 */
function unnoticedUnknowns<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Answered<Input, Output>[],
): Set<number> {
  const left = new Set<number>();
  if (!model.produces || !model.observes) return left;
  const finders = new Map<string | number | null, number>();
  const count = (value: string | number | null | undefined, by: number) => {
    if (value !== undefined) finders.set(value, (finders.get(value) ?? 0) + by);
  };
  const unknown: number[] = [];
  for (const [number, { input, output, isUnknown }] of operations.entries()) {
    if (isUnknown) unknown.push(number);
    count(model.observes(input, output), 1);
  }
  if ((finders.get(null) ?? 0) > 0) return left;
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const number of unknown) {
      const { input, output } = at(operations, number);
      const produced = model.produces(input, output);
      if (left.has(number) || produced === undefined || (finders.get(produced) ?? 0) > 0) continue;
      left.add(number);
      count(model.observes(input, output), -1);
      isSettled = false;
    }
  }
  return left;
}
