import { expect, it } from "vitest";
import { whyNoOwnClock } from "./clock.js";

const lines = ["an earlier line", "ordeal clock: the parameter file cannot be read"];

it("says why etcd was not started without a clock of its own", () => {
  expect(whyNoOwnClock(99, lines)).toBe(
    "its etcd could not be given a clock of its own: the parameter file cannot be read",
  );
});

it.each([
  [1, lines],
  [null, lines],
  [99, ["etcd said something else"]],
])("has no reason where etcd ended with %s and %j", (exitCode, lastLines) => {
  expect(whyNoOwnClock(exitCode, lastLines)).toBeUndefined();
});
