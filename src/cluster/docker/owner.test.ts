import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { livenessOf, thisProcess } from "./owner.js";

test("this process is alive", () => {
  expect(livenessOf(thisProcess())).toBe("alive");
});

test("a process that ended is gone", () => {
  const { pid } = spawnSync("true");
  expect(livenessOf({ ...thisProcess(), pid, start: "" })).toBe("gone");
});

test("another process that got the number later is not taken for the owner", () => {
  expect(livenessOf({ ...thisProcess(), start: "an-earlier-boot" })).toBe("gone");
});

test("nothing is said of a process on another host", () => {
  expect(livenessOf({ ...thisProcess(), host: "elsewhere.invalid" })).toBe("unknown");
});
