import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { type SetInput, setModel, type SetOutput } from "./set.js";

const key = "";
const read: SetInput = { f: "read", key };
const add: SetInput = { f: "add", key, element: "2" };
const saw = (...elements: string[]): SetOutput => ({ elements });

const cases: [string, string[], SetInput, SetOutput | undefined, string[] | "illegal"][] = [
  ["add", ["1", "3"], add, { done: true }, ["1", "2", "3"]],
  ["add of what is there", ["1", "2"], add, { done: true }, ["1", "2"]],
  ["add without an answer", [], add, undefined, ["2"]],
  ["read of what is there, in any order", ["1", "2"], read, saw("2", "1"), ["1", "2"]],
  ["read of nothing", [], read, saw(), []],
  ["read of too little", ["1", "2"], read, saw("1"), "illegal"],
  ["read of too much", ["1"], read, saw("1", "2"), "illegal"],
  ["read of something else", ["1"], read, saw("2"), "illegal"],
  ["read that names an element twice", ["1", "2"], read, saw("1", "1"), "illegal"],
  ["read without an answer", ["1"], read, undefined, ["1"]],
];

it("starts empty, one set a key", () => {
  expect(setModel.init()).toEqual([]);
  expect(setModel.partition?.({ f: "read", key: "a" })).toBe("a");
});

describe("step", () => {
  it.each(cases)("%s", (_, state, input, output, expected) => {
    const after = setModel.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toEqual(expected);
  });
});

it.each(cases)("says of itself what holds: %s", (_, state, input, output, expected) => {
  if (setModel.readOnly?.(input, output) && expected !== "illegal") expect(expected).toEqual(state);
  const action = setModel.set?.classify(input, output);
  if (action?.kind === "add") expect(expected).toContain(action.element);
  if (action?.kind === "nothing") expect(expected).toEqual(state);
  if (action?.kind === "read" && expected !== "illegal") {
    expect(action.elements.toSorted()).toEqual(state);
  }
});

it("gives up on a read only where it found less than there is", () => {
  const mayStillAllow = (state: string[], output?: SetOutput) =>
    setModel.mayStillAllow?.(state, read, output);
  expect(mayStillAllow(["1"], saw("1", "2"))).toBe(true);
  expect(mayStillAllow(["3"], saw("1", "2"))).toBe(false);
  expect(mayStillAllow(["3"])).toBe(true);
  expect(setModel.mayStillAllow?.(["3"], add, { done: true })).toBe(true);
});

it("is described in words", () => {
  expect(setModel.describeOperation?.(add, undefined)).toBe("maybe added 2");
  expect(setModel.describeOperation?.(read, undefined)).toBe("read (no answer)");
  expect(setModel.explain?.([], read, saw("1", "2"))).toBe("it read {1, 2}, but the set was empty");
  expect(setModel.explain?.(["7"], read, saw())).toBe("it read {}, but the set held {7}");
  const many = Array.from({ length: 20 }, (_, index) => String(index));
  expect(setModel.describeState?.(many)).toMatch(/^\{8 more, 8, .*, 19\}$/);
});
