import { expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { type KvInput, kvModel } from "./kv.js";

const get: KvInput = { f: "get", key: "a" };
const put: KvInput = { f: "put", key: "a", value: "x" };
const append: KvInput = { f: "append", key: "a", value: "x" };

it("starts empty, one text a key", () => {
  expect(kvModel.init()).toBe("");
  expect(kvModel.partition?.(get)).toBe("a");
});

it.each<[string, string, KvInput, string | undefined, string]>([
  ["get of what is there", "yx", get, "yx", "yx"],
  ["get of something else", "yx", get, "xy", "illegal"],
  ["get of nothing where there is something", "yx", get, "", "illegal"],
  ["get without an answer", "yx", get, undefined, "yx"],
  ["put", "yx", put, "", "x"],
  ["append", "y", append, "", "yx"],
  ["append without an answer", "y", append, undefined, "yx"],
])("%s", (_, state, input, output, expected) => {
  const after = kvModel.step(state, input, output);
  expect(after === illegal ? "illegal" : after).toBe(expected);
  if (kvModel.readOnly?.(input, output) && after !== illegal) expect(after).toBe(state);
});

it("is a register where nothing is appended", () => {
  const classify = (input: KvInput, output?: string) => kvModel.register?.classify(input, output);
  expect(kvModel.register?.initial).toBe(kvModel.init());
  expect(classify(get, "yx")).toEqual({ kind: "read", value: "yx" });
  expect(classify(get)).toEqual({ kind: "nothing" });
  expect(classify(put, "")).toEqual({ kind: "write", value: "x" });
  expect(classify(append, "")).toBeUndefined();
});

it("is described in words, long texts by their end", () => {
  expect(kvModel.explain?.("y", get, "")).toBe('it got "", but the key held "y"');
  expect(kvModel.describeOperation?.(append, undefined)).toBe('maybe appended "x"');
  expect(kvModel.describeState?.(`${"a".repeat(100)}b`)).toMatch(/^"\.\.\.a+b"$/);
});
