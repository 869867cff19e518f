import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import type { RegisterInput, RegisterOutput, RegisterValue } from "./register.js";
import { type VersionedValue, versionedRegisterModel as model } from "./versioned-register.js";

const key = "r/1";
const read: RegisterInput = { f: "read", key };
const write: RegisterInput = { f: "write", key, value: 5 };
const onValue: RegisterInput = { f: "cas", key, on: "value", expected: 5, value: 7 };
const onMod: RegisterInput = {
  f: "cas",
  key,
  on: "mod",
  expected: 5,
  expectedRevision: 12,
  value: 7,
};

const saw = (value: RegisterValue, modRevision: number): RegisterOutput => ({
  value,
  modRevision,
  version: 0,
});
const swapped = (revision: number): RegisterOutput => ({ swapped: true, revision });
const refused = (found: RegisterValue, foundRevision: number): RegisterOutput => ({
  swapped: false,
  found,
  foundRevision,
});
const exactly = (value: RegisterValue, revision: number): VersionedValue => ({
  value,
  revision,
  isExact: true,
});
const atLeast = (value: RegisterValue, revision: number): VersionedValue => ({
  value,
  revision,
  isExact: false,
});

type Case = [
  string,
  VersionedValue,
  RegisterInput,
  RegisterOutput | undefined,
  VersionedValue | "illegal",
];

const cases: Case[] = [
  ["read of what is there", exactly(5, 12), read, saw(5, 12), exactly(5, 12)],
  ["read of an absent key", exactly(null, 0), read, saw(null, 0), exactly(null, 0)],
  ["read of another value", exactly(5, 12), read, saw(4, 12), "illegal"],
  ["read of another revision", exactly(5, 12), read, saw(5, 13), "illegal"],
  ["read that tells an open revision", atLeast(5, 12), read, saw(5, 20), exactly(5, 20)],
  ["read of a revision that cannot be", atLeast(5, 12), read, saw(5, 11), "illegal"],
  ["read without an answer", atLeast(5, 12), read, undefined, atLeast(5, 12)],
  ["write", exactly(4, 12), write, { revision: 20 }, exactly(5, 20)],
  ["write at the revision that is there", exactly(4, 12), write, { revision: 12 }, "illegal"],
  ["write after an open revision", atLeast(4, 12), write, { revision: 13 }, exactly(5, 13)],
  ["write at an open revision", atLeast(4, 12), write, { revision: 12 }, "illegal"],
  ["write without an answer", exactly(4, 12), write, undefined, atLeast(5, 13)],
  ["writes without an answer", atLeast(4, 12), write, undefined, atLeast(5, 13)],
  ["swap of a value", exactly(5, 12), onValue, swapped(14), exactly(7, 14)],
  ["swap of another value", exactly(4, 12), onValue, swapped(14), "illegal"],
  ["swap of a value to an earlier revision", exactly(5, 12), onValue, swapped(12), "illegal"],
  ["swap of a value without an answer", exactly(5, 12), onValue, undefined, atLeast(7, 13)],
  ["swap of another value without an answer", exactly(4, 12), onValue, undefined, "illegal"],
  ["swap of a revision", exactly(5, 12), onMod, swapped(14), exactly(7, 14)],
  ["swap of a revision that may be", atLeast(5, 10), onMod, swapped(13), exactly(7, 13)],
  ["swap of a revision that is gone", atLeast(5, 13), onMod, swapped(14), "illegal"],
  ["swap of a revision without an answer", atLeast(5, 10), onMod, undefined, atLeast(7, 13)],
  ["refusal that found another value", exactly(4, 12), onValue, refused(4, 12), exactly(4, 12)],
  ["refusal of the value that is there", exactly(5, 12), onValue, refused(5, 12), "illegal"],
  ["refusal of the revision that is there", exactly(5, 12), onMod, refused(5, 12), "illegal"],
  ["refusal that found another revision", exactly(5, 13), onMod, refused(5, 13), exactly(5, 13)],
];

it("starts absent, one register a key", () => {
  expect(model.init()).toEqual(exactly(null, 0));
  expect(model.partition?.(write)).toBe(key);
});

describe("step", () => {
  it.each(cases)("%s", (_, state, input, output, expected) => {
    const after = model.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toEqual(expected);
  });

  it("throws for an output of another kind rather than judge it", () => {
    const state = model.init();
    expect(() => model.step(state, read, swapped(1))).toThrow("a read's output has a value");
    expect(() => model.step(state, write, saw(1, 2))).toThrow("a write's output has a revision");
    expect(() => model.step(state, onValue, saw(1, 2))).toThrow("a cas's output says whether");
  });
});

it("refuses deletions, which deletableRegisterModel is for", () => {
  const remove: RegisterInput = { f: "delete", key };
  expect(() => model.partition?.(remove)).toThrow("deletableRegisterModel");
  expect(() => model.step(model.init(), remove, undefined)).toThrow("deletableRegisterModel");
});

const states = [
  exactly(null, 0),
  ...[4, 5].flatMap((value) =>
    [11, 12, 13].flatMap((at) => [exactly(value, at), atLeast(value, at)]),
  ),
];

describe("says of itself what holds", () => {
  it.each(cases)("%s", (_, __, input, output) => {
    const action = output && model.revisions?.classify(input, output);
    const left = new Set<string>();
    for (const state of states) {
      const after = model.step(state, input, output);
      if (after === illegal) {
        if (model.mayStillAllow?.(state, input, output) !== false) continue;
        // Nothing makes legal again what has been ruled out.
        for (const [, , by, answer] of cases) {
          const later = model.step(state, by, answer);
          if (later !== illegal) expect(model.step(later, input, output)).toBe(illegal);
        }
        continue;
      }
      if (model.readOnly?.(input, output)) expect(after).toEqual(state);
      const produced = model.produces?.(input, output);
      expect(after.value).toBe(produced ?? state.value);
      if (!action) continue;
      expect(after).toMatchObject({ revision: action.at, isExact: true });
      if (action.moves) expect(state.revision).toBeLessThan(action.at);
      else expect(after.value).toBe(state.value);
      left.add(JSON.stringify(after));
    }
    if (action?.overwrites) expect(left.size).toBeLessThanOrEqual(1);
  });
});

it("is described in words", () => {
  expect(model.describeOperation?.(write, { revision: 13 })).toBe("wrote 5 at revision 13");
  expect(model.describeOperation?.(write, undefined)).toBe("maybe wrote 5");
  expect(model.describeState?.(atLeast(5, 3))).toBe("5 at revision 3 or later");
  expect(model.explain?.(exactly(5, 3), read, saw(5, 4))).toBe(
    "it read 5 at revision 4, but the key held 5 at revision 3",
  );
  expect(model.explain?.(model.init(), read, saw(5, 4))).toBe(
    "it read 5 at revision 4, but the key was absent",
  );
});
