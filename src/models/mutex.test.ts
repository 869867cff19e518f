import { expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { mutexModel, type MutexState } from "./mutex.js";

it("starts free, one lock a key", () => {
  expect(mutexModel.init()).toBe("free");
  expect(mutexModel.partition?.({ f: "acquire", key: "a" })).toBe("a");
});

it.each<[MutexState, "acquire" | "release", string]>([
  ["free", "acquire", "held"],
  ["held", "acquire", "illegal"],
  ["held", "release", "free"],
  ["free", "release", "illegal"],
])("a %s lock: %s makes it %s", (state, f, expected) => {
  const input = { f, key: "" };
  for (const output of ["done", undefined] as const) {
    const after = mutexModel.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toBe(expected);
    // What it says of itself agrees with what it does.
    expect(mutexModel.observes?.(input, output) === state).toBe(after !== illegal);
    if (after !== illegal) expect(mutexModel.produces?.(input, output)).toBe(after);
    expect(mutexModel.mutex?.classify(input, output)).toBe(f);
  }
});

it("is described in words", () => {
  const input = { f: "acquire", key: "" } as const;
  expect(mutexModel.explain?.("held", input, "done")).toBe("it acquired the lock, but it was held");
  expect(mutexModel.describeOperation?.({ f: "release", key: "" }, undefined)).toBe(
    "maybe released",
  );
});
