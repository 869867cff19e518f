import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import { drawFrom } from "../testing/register-histories.js";
import { versionedHistory } from "../testing/versioned-histories.js";
import { type DeletableValue, deletableRegisterModel as model } from "./deletable-register.js";
import type { ReadOutput, RegisterInput, RegisterOutput, RegisterValue } from "./register.js";
import { versionedRegisterModel } from "./versioned-register.js";

const key = "r/1";
const read: RegisterInput = { f: "read", key };
const write: RegisterInput = { f: "write", key, value: 5 };
const remove: RegisterInput = { f: "delete", key };
const onValue: RegisterInput = { f: "cas", key, on: "value", expected: 5, value: 7 };
const onMod: RegisterInput = { ...onValue, on: "mod", expectedRevision: 12 };
const create: RegisterInput = { ...onMod, expected: null, expectedRevision: 0 };

const saw = (value: RegisterValue, modRevision: number, version: number): ReadOutput => ({
  ...{ value, modRevision, version },
});
const nothing = saw(null, 0, 0);
const swapped = (revision: number): RegisterOutput => ({ swapped: true, revision });
const refused = (found: RegisterValue, foundRevision: number, foundVersion: number) => ({
  ...{ swapped: false as const, found, foundRevision, foundVersion },
});
const deleted = (revision: number, previous: ReadOutput): RegisterOutput => ({
  ...{ deleted: true, revision, previous },
});

const is = (
  value: RegisterValue,
  revision: number,
  version: number,
  isExact = true,
): DeletableValue => ({ value, revision, isExact, version });
const gone = (revision: number, isExact = true) => is(null, revision, 0, isExact);

type Row = [
  string,
  DeletableValue,
  RegisterInput,
  RegisterOutput | undefined,
  DeletableValue | "illegal",
];

describe("step", () => {
  it.each<Row>([
    ["read of what is there", is(5, 12, 2), read, saw(5, 12, 2), is(5, 12, 2)],
    ["read of another version", is(5, 12, 2), read, saw(5, 12, 3), "illegal"],
    ["read of another revision", is(5, 12, 2), read, saw(5, 13, 2), "illegal"],
    ["read that tells an open revision", is(5, 12, 2, false), read, saw(5, 20, 2), is(5, 20, 2)],
    ["read of nothing after a deletion", gone(12), read, nothing, gone(12)],
    ["read of nothing with the deletion's revision", gone(12), read, saw(null, 12, 0), "illegal"],
    ["read of nothing where something is", is(5, 12, 2), read, nothing, "illegal"],
    ["read without an answer", is(5, 12, 2), read, undefined, is(5, 12, 2)],
    ["write", is(4, 12, 2), write, { revision: 20 }, is(5, 20, 3)],
    ["write after a deletion", gone(12), write, { revision: 20 }, is(5, 20, 1)],
    ["write at the deletion's revision", gone(12), write, { revision: 12 }, "illegal"],
    [
      "write over what it says",
      is(4, 12, 2),
      write,
      { revision: 20, previous: saw(4, 12, 2) },
      is(5, 20, 3),
    ],
    [
      "write over something else",
      is(4, 12, 2),
      write,
      { revision: 20, previous: saw(3, 12, 2) },
      "illegal",
    ],
    ["write over nothing", gone(12), write, { revision: 20, previous: nothing }, is(5, 20, 1)],
    ["write without an answer", is(4, 12, 2), write, undefined, is(5, 13, 3, false)],
    ["deletion", is(4, 12, 2), remove, deleted(13, saw(4, 12, 2)), gone(13)],
    ["deletion at what is there", is(4, 12, 2), remove, deleted(12, saw(4, 12, 2)), "illegal"],
    ["deletion of something else", is(4, 12, 2), remove, deleted(13, saw(4, 11, 2)), "illegal"],
    [
      "deletion of nothing that says it was there",
      gone(12),
      remove,
      deleted(13, nothing),
      "illegal",
    ],
    ["deletion that found nothing", gone(12), remove, { deleted: false }, gone(12)],
    [
      "deletion that did not find what is there",
      is(4, 12, 2),
      remove,
      { deleted: false },
      "illegal",
    ],
    ["deletion without an answer", is(4, 12, 2), remove, undefined, gone(13, false)],
    ["deletion of nothing without an answer", gone(12), remove, undefined, gone(12)],
    ["swap of a value", is(5, 12, 2), onValue, swapped(14), is(7, 14, 3)],
    ["swap of a value that is gone", gone(13), onValue, swapped(14), "illegal"],
    ["swap of a revision", is(5, 12, 2), onMod, swapped(14), is(7, 14, 3)],
    ["swap of another revision", is(5, 13, 2), onMod, swapped(14), "illegal"],
    ["swap without an answer", is(5, 12, 2), onMod, undefined, is(7, 13, 3, false)],
    ["creation after a deletion", gone(12), create, swapped(14), is(7, 14, 1)],
    ["creation of what is there", is(5, 12, 2), create, swapped(14), "illegal"],
    ["refusal that found it deleted", gone(12), onMod, refused(null, 0, 0), gone(12)],
    ["refusal with another version", is(4, 12, 2), onValue, refused(4, 12, 3), "illegal"],
    ["refusal of what is there", is(5, 12, 2), onMod, refused(5, 12, 2), "illegal"],
  ])("%s", (_, state, input, output, expected) => {
    const after = model.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toEqual(expected);
  });

  it("throws for an output of another kind rather than judge it", () => {
    const state = model.init();
    expect(() => model.step(state, read, swapped(1))).toThrow("a read's output has a value");
    expect(() => model.step(state, write, nothing)).toThrow("a write's output has a revision");
    expect(() => model.step(state, onValue, nothing)).toThrow("a cas's output says whether");
    expect(() => model.step(state, remove, nothing)).toThrow("a deletion's output says whether");
  });
});

it("says what the model without deletions says, where there are none and nobody tells a version", () => {
  const blind: typeof model = {
    ...model,
    step: (state, input, output) => model.step({ ...state, version: 0 }, input, output),
  };
  const counts = { valid: 0, invalid: 0 };
  for (let seed = 0; seed < 3_000; seed++) {
    const draw = drawFrom(seed);
    const shape = {
      operations: draw(7),
      clients: 1 + draw(4),
      spoilt: draw(3),
      unknownPercent: 15,
    };
    const history = versionedHistory(draw, shape);
    const expected = hasOrder(versionedRegisterModel, history);
    expect({ seed, is: hasOrder(blind, history) }).toEqual({ seed, is: expected });
    counts[expected ? "valid" : "invalid"] += 1;
  }
  expect(counts.valid).toBeGreaterThan(1_000);
  expect(counts.invalid).toBeGreaterThan(300);
});

it("is described in words", () => {
  expect(model.describeOperation?.(remove, deleted(13, saw(4, 12, 2)))).toBe("deleted 4");
  expect(model.explain?.(is(5, 3, 2), read, saw(4, 3, 2))).toBe(
    "it read 4, but the key held 5 at revision 3, version 2",
  );
  expect(model.explain?.(gone(3), read, saw(4, 3, 2))).toBe("it read 4, but the key was absent");
});
