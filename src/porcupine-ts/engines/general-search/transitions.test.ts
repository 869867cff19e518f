import { describe, expect, it } from "vitest";
import { illegal, type Model } from "../../model.js";
import { createTransitions, noState } from "./transitions.js";

/** Its input is the next state, `illegal` one that cannot be. */
function stateMachine<State>(
  model: Partial<Model<State, State | typeof illegal, never>> & { init(): State },
) {
  let asked = 0;
  const whole: Model<State, State | typeof illegal, never> = {
    step(_, next) {
      asked++;
      return next;
    },
    ...model,
  };
  return {
    over: (...inputs: (State | typeof illegal)[]) =>
      createTransitions(whole, { inputs, outputs: inputs.map(() => undefined) }),
    asked: () => asked,
  };
}

describe("equal states", () => {
  it("have the same number, by structure", () => {
    const { initial, step } = stateMachine<unknown>({ init: () => ({ a: 1, b: [2] }) }).over(
      { b: [2], a: 1 },
      { b: [2], a: 2 },
      new Map([["a", 1]]),
      new Map([["a", 1]]),
    );
    expect(step(initial, 0)).toBe(initial);
    expect(step(initial, 1)).not.toBe(initial);
    expect(step(initial, 2)).toBe(step(initial, 3));
  });

  it("are never of different kinds, whatever they look like", () => {
    const alike = [1, "1", null, "null", undefined, "undefined", { a: 1 }, '{"a":1}', [1], "[1]"];
    const { initial, step } = stateMachine<unknown>({ init: () => "start" }).over(...alike);
    const numbers = alike.map((_, index) => step(initial, index));
    expect(new Set([initial, ...numbers]).size).toBe(alike.length + 1);
  });

  it("are those that the model says are equal, hashed or not", () => {
    const equal = (a: number, b: number) => a % 10 === b % 10;
    for (const hash of [undefined, (state: number) => state % 5]) {
      const model = { init: () => 1, equal, ...(hash && { hash }) };
      const { initial, step } = stateMachine<number>(model).over(11, 2, 22);
      expect(step(initial, 0)).toBe(initial);
      expect(step(initial, 1)).toBe(step(initial, 2));
      expect(step(initial, 1)).not.toBe(initial);
    }
  });
});

it("asks the model for each step once, through however many states", () => {
  const inputs = Array.from({ length: 500 }, (_, i) => i);
  const { over, asked } = stateMachine<number>({ init: () => -1 });
  const { initial, step, value } = over(...inputs);
  for (let round = 0; round < 3; round++) {
    for (const input of inputs) expect(value(step(initial, input))).toBe(input);
  }
  expect(asked()).toBe(inputs.length);
});

it("tells what is illegal now from what no longer helps", () => {
  const now = stateMachine<number>({ init: () => 0 }).over(illegal, 1);
  expect(now.step(now.initial, 0)).toBe(noState);
  expect(now.isHopeless(now.initial, 0)).toBe(false);
  const grown = stateMachine<number>({ init: () => 0, mayStillAllow: () => false }).over(
    illegal,
    1,
  );
  expect(grown.isHopeless(grown.initial, 0)).toBe(true);
  expect(grown.isHopeless(grown.initial, 1)).toBe(false);
});
