import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import {
  type RegisterInput,
  type RegisterOutput,
  type RegisterValue,
  registerModel,
} from "./register.js";

const key = "r/1";
const read: RegisterInput = { f: "read", key };
const write: RegisterInput = { f: "write", key, value: 5 };
const casOnValue: RegisterInput = { f: "cas", key, on: "value", expected: 5, value: 7 };
const casOnMod: RegisterInput = {
  f: "cas",
  key,
  on: "mod",
  expected: 5,
  expectedRevision: 12,
  value: 7,
};
const casOnAbsence: RegisterInput = {
  f: "cas",
  key,
  on: "mod",
  expected: null,
  expectedRevision: 0,
  value: 7,
};

const remove: RegisterInput = { f: "delete", key };

const saw = (value: RegisterValue): RegisterOutput => ({ value, modRevision: 0, version: 0 });
const written: RegisterOutput = { revision: 13 };
const over = (value: RegisterValue): RegisterOutput => ({
  revision: 13,
  previous: { value, modRevision: 0, version: 0 },
});
const deleted = (value: RegisterValue): RegisterOutput => ({
  ...{ deleted: true, revision: 13 },
  previous: { value, modRevision: 0, version: 0 },
});
const notDeleted: RegisterOutput = { deleted: false };
const swapped: RegisterOutput = { swapped: true, revision: 13 };
const found = (value: RegisterValue): RegisterOutput => ({
  swapped: false,
  found: value,
  foundRevision: 0,
});

it("starts absent, one register a key", () => {
  expect(registerModel.init()).toBeNull();
  expect(registerModel.partition?.(write)).toBe(key);
});

describe("step", () => {
  it.each<[string, RegisterValue, RegisterInput, RegisterOutput | undefined, RegisterValue]>([
    ["read of what is there", 5, read, saw(5), 5],
    ["read of an absent key", null, read, saw(null), null],
    ["read of something else", 5, read, saw(4), "illegal"],
    ["read of a value where the key is absent", null, read, saw(4), "illegal"],
    ["read without an answer", 5, read, undefined, 5],
    ["write", 4, write, written, 5],
    ["write without an answer", null, write, undefined, 5],
    ["write over what is there", 4, write, over(4), 5],
    ["write over nothing", null, write, over(null), 5],
    ["write over something else", 4, write, over(3), "illegal"],
    ["deletion of what is there", 4, remove, deleted(4), null],
    ["deletion of something else", 4, remove, deleted(3), "illegal"],
    ["deletion of something where there is nothing", null, remove, deleted(3), "illegal"],
    ["deletion that found nothing", null, remove, notDeleted, null],
    ["deletion that did not find what is there", 4, remove, notDeleted, "illegal"],
    ["deletion without an answer", 4, remove, undefined, null],
    ["deletion of nothing without an answer", null, remove, undefined, null],
    ["refusal on revision that found the key deleted", null, casOnMod, found(null), null],
    ["swap of what was expected", 5, casOnValue, swapped, 7],
    ["swap of something else", 4, casOnValue, swapped, "illegal"],
    ["swap on revision of what was expected", 5, casOnMod, swapped, 7],
    ["swap on revision of something else", 4, casOnMod, swapped, "illegal"],
    ["swap of nothing", null, casOnAbsence, swapped, 7],
    ["swap of nothing where there is something", 5, casOnAbsence, swapped, "illegal"],
    ["swap without an answer", 5, casOnValue, undefined, 7],
    ["swap without an answer that cannot be", 4, casOnValue, undefined, "illegal"],
    ["refusal that found what is there", 4, casOnValue, found(4), 4],
    ["refusal that found something else", 4, casOnValue, found(3), "illegal"],
    ["refusal on value that found what it expects", 5, casOnValue, found(5), "illegal"],
    ["refusal on revision that found the same value again", 5, casOnMod, found(5), 5],
    ["refusal on absence that found nothing", null, casOnAbsence, found(null), "illegal"],
    ["refusal on absence that found something", 5, casOnAbsence, found(5), 5],
  ])("%s", (_, state, input, output, expected) => {
    const after = registerModel.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toBe(expected);
  });

  it("throws for an output of another kind rather than judge it", () => {
    expect(() => registerModel.step(5, read, swapped)).toThrow("a read's output has a value");
    expect(() => registerModel.step(5, casOnValue, saw(5))).toThrow("a cas's output says whether");
    expect(() => registerModel.step(5, remove, saw(5))).toThrow("a deletion's output says whether");
  });
});

describe("what it says of operations", () => {
  const inputs = [read, write, casOnValue, casOnMod, casOnAbsence, remove];
  const outputsOf = (input: RegisterInput): (RegisterOutput | undefined)[] => {
    if (input.f === "read") return [undefined, saw(null), saw(4), saw(5)];
    if (input.f === "write") return [undefined, written, over(null), over(4), over(5)];
    if (input.f === "delete") return [undefined, notDeleted, deleted(4), deleted(5)];
    return [undefined, swapped, found(null), found(4), found(5)];
  };
  const states: RegisterValue[] = [null, 4, 5, 7, "text"];
  const all = inputs.flatMap((input) =>
    outputsOf(input).flatMap((output) => states.map((state) => ({ state, input, output }))),
  );
  const nameOf = (value: RegisterValue) => registerModel.observes?.(read, saw(value));

  it("read-only ones never change a state", () => {
    for (const { state, input, output } of all) {
      const after = registerModel.step(state, input, output);
      if (registerModel.readOnly?.(input, output) && after !== illegal) expect(after).toBe(state);
    }
  });

  it("one that produces a value leaves it, one that does not leaves all as it was", () => {
    for (const { state, input, output } of all) {
      const after = registerModel.step(state, input, output);
      if (after === illegal) continue;
      const produced = registerModel.produces?.(input, output);
      expect(nameOf(after)).toBe(produced ?? nameOf(state));
    }
  });

  it("as a register's, they are legal in the same states and lead to the same ones", () => {
    expect(registerModel.register?.initial).toBe(nameOf(registerModel.init()));
    for (const { state, input, output } of all) {
      if (registerModel.readOnly?.(input, output) && output === undefined) continue;
      const after = registerModel.step(state, input, output);
      const action = registerModel.register?.classify(input, output);
      const held = nameOf(state);
      const expected =
        action?.kind === "write"
          ? action.value
          : action?.kind === "cas" && action.from === held
            ? action.to
            : action?.kind === "read" && action.value === held
              ? held
              : "illegal";
      expect(after === illegal ? "illegal" : nameOf(after)).toBe(expected);
    }
  });

  it("one that observes a value is legal in no state but that, any other one in all", () => {
    for (const { state, input, output } of all) {
      const observed = registerModel.observes?.(input, output);
      const isLegal = registerModel.step(state, input, output) !== illegal;
      if (observed === undefined) expect(isLegal).toBe(true);
      else if (isLegal) expect(nameOf(state)).toBe(observed);
    }
  });
});

it("is described in words", () => {
  const describeOperation = (input: RegisterInput, output?: RegisterOutput) =>
    registerModel.describeOperation?.(input, output);
  expect(describeOperation(read, saw(4))).toBe("read 4");
  expect(describeOperation(read, saw(null))).toBe("read nothing");
  expect(describeOperation(write, written)).toBe("wrote 5");
  expect(describeOperation(write)).toBe("maybe wrote 5");
  expect(describeOperation(write, over(4))).toBe("wrote 5 over 4");
  expect(describeOperation(write, over(null))).toBe("wrote 5 over nothing");
  expect(describeOperation(remove, deleted(4))).toBe("deleted 4");
  expect(describeOperation(remove, notDeleted)).toBe("deleted nothing");
  expect(describeOperation(remove)).toBe("maybe deleted it");
  expect(describeOperation(casOnValue, swapped)).toBe("swapped 5 for 7");
  expect(describeOperation(casOnMod, swapped)).toBe("swapped 5 at revision 12 for 7");
  expect(describeOperation(casOnValue, found(4))).toBe(
    "was refused to swap 5 for 7, having found 4",
  );
  expect(registerModel.explain?.(null, read, saw(4))).toBe("it read 4, but the key was absent");
});

it("calls a swap that wants the key to be absent what it is: the key's creation", () => {
  const input = { f: "cas", key: "a", on: "mod", expected: null, expectedRevision: 0, value: 7 };
  const tell = (output?: RegisterOutput) =>
    registerModel.describeOperation?.(input as RegisterInput, output);
  expect(tell({ swapped: true, revision: 3 })).toBe("created it with 7");
  expect(tell()).toBe("maybe created it with 7");
  expect(tell({ swapped: false, found: 5, foundRevision: 2 })).toBe(
    "was refused to create it with 7, having found 5",
  );
});
