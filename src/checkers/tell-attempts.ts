import type { Attempt, Attempts } from "../core/checker.js";
import type { Input, Operation } from "../core/operation.js";
import type * as porcupine from "../porcupine-ts/counterexample/counterexample.js";
import { describeOperation, describeState } from "../porcupine-ts/describe.js";
import { type Case, outputOf } from "./case.js";
import { capital } from "./words.js";

/** The orders that were tried, in words. `brief` shortens what a model says. */
export function tellAttempts<State, I extends Input, Output>(
  told: Case<State, I, Output>,
  { shown, others, isComplete }: porcupine.Attempts<State>,
  brief: (text: string) => string,
): Attempts {
  return { shown: shown.map((attempt) => tell(told, attempt, brief)), others, isComplete };
}

function tell<State, I extends Input, Output>(
  told: Case<State, I, Output>,
  { order, stuck, waiting }: porcupine.Attempt<State>,
  brief: (text: string) => string,
): Attempt {
  const { model, part, wording } = told;
  const all = [...order, ...stuck, ...waiting].map(({ operation }) => operationAt(told, operation));
  const act = (position: number) => {
    const operation = operationAt(told, position);
    const what = describeOperation(model, operation.input, outputOf(operation));
    return `${wording.who(operation)} ${brief(what)}`;
  };
  const name = (position: number) => {
    const operation = operationAt(told, position);
    const who = wording.who(operation);
    const isAlone = all.filter((other) => wording.who(other) === who).length === 1;
    const what = describeOperation(model, operation.input, outputOf(operation));
    return isAlone ? who : `${who} ("${brief(what)}")`;
  };
  const isOptional = (position: number) => part.counterexample?.pending.includes(position) === true;
  const place = order.length === 0 ? "first" : "next";
  const blocked = [
    ...stuck.map(({ operation, reason }) => ({
      index: operationAt(told, operation).index,
      because: `${name(operation)}${isOptional(operation) ? ", which need not come," : ""} cannot come ${place}: ${brief(reason)}`,
    })),
    ...waiting.map(({ operation, waitsFor }) => ({
      index: operationAt(told, operation).index,
      because: `${name(operation)} asked only after ${name(waitsFor)} had been answered, so it cannot come before that`,
    })),
  ];
  return {
    order: order.map(({ operation, state }) => ({
      index: operationAt(told, operation).index,
      state: brief(describeState(model, state)),
    })),
    blocked,
    words: sentences(
      order.map(({ operation }) => act(operation)),
      blocked.map(({ because }) => because),
    ),
  };
}

function sentences(placed: readonly string[], blocked: readonly string[]): string {
  const order = placed.length === 0 ? [] : [placed.join(", then ")];
  return [...order, ...blocked].map((each) => `${capital(each)}.`).join(" ");
}

function operationAt<State, I extends Input, Output>(
  { operations }: Case<State, I, Output>,
  position: number,
): Operation<I, Output> {
  const operation = operations[position];
  if (!operation) throw new RangeError(`there is no operation ${position}`);
  return operation;
}
