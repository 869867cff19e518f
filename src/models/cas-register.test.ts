import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { type CasRegisterInput, casRegisterModel, type CasRegisterOutput } from "./cas-register.js";

const key = "";
const read: CasRegisterInput = { f: "read", key };
const write: CasRegisterInput = { f: "write", key, value: "5" };
const cas: CasRegisterInput = { f: "cas", key, from: "5", to: "7" };
const swapped: CasRegisterOutput = { swapped: true };
const refused: CasRegisterOutput = { swapped: false };

const cases: [string, string, CasRegisterInput, CasRegisterOutput | undefined, string][] = [
  ["read of what is there", "5", read, { read: "5" }, "5"],
  ["read of nil", "nil", read, { read: "nil" }, "nil"],
  ["read of something else", "5", read, { read: "4" }, "illegal"],
  ["read of a text that looks like a number", "5", read, { read: '"5"' }, "illegal"],
  ["read without an answer", "5", read, undefined, "5"],
  ["write", "4", write, { done: true }, "5"],
  ["write without an answer", "4", write, undefined, "5"],
  ["swap of what was expected", "5", cas, swapped, "7"],
  ["swap of something else", "4", cas, swapped, "illegal"],
  ["swap without an answer", "5", cas, undefined, "7"],
  ["swap without an answer that cannot be", "4", cas, undefined, "illegal"],
  ["refusal where something else is", "4", cas, refused, "4"],
  ["refusal of what is there", "5", cas, refused, "illegal"],
];

it("starts nil, one register a key", () => {
  expect(casRegisterModel.init()).toBe("nil");
  expect(casRegisterModel.partition?.({ f: "read", key: "a" })).toBe("a");
});

describe("step", () => {
  it.each(cases)("%s", (_, state, input, output, expected) => {
    const after = casRegisterModel.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toBe(expected);
  });
});

it.each(cases)("says of itself what holds: %s", (_, state, input, output) => {
  const after = casRegisterModel.step(state, input, output);
  const observed = casRegisterModel.observes?.(input, output);
  if (after === illegal) {
    expect(observed).not.toBe(undefined);
    return;
  }
  expect(after).toBe(casRegisterModel.produces?.(input, output) ?? state);
  if (typeof observed === "string") expect(observed).toBe(state);
  if (casRegisterModel.readOnly?.(input, output)) expect(after).toBe(state);
});

it("is described in words", () => {
  const tell = (...of: [CasRegisterInput, CasRegisterOutput?]) =>
    casRegisterModel.describeOperation?.(of[0], of[1]);
  expect(tell(read, { read: "nil" })).toBe("read nil");
  expect(tell(write)).toBe("maybe wrote 5");
  expect(tell(cas, refused)).toBe("was refused to swap 5 for 7");
  expect(casRegisterModel.explain?.("4", cas, swapped)).toBe(
    "it swapped 5 for 7, but the register held 4",
  );
});
