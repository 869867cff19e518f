import { expect, it } from "vitest";
import { meaningOf } from "./meaning.js";

it("tells cycles by what they hold together", () => {
  expect(meaningOf("G0")).toMatch(/dirty write/);
  expect(meaningOf("G2-item-process")).toMatch(/write skew.*, given that a process does one thing/);
  expect(meaningOf("G-single-realtime")).toMatch(/read skew.*, given that what had returned/);
  expect(meaningOf("G0", "registers")).toMatch(/^their writes .*dirty write/);
  expect(meaningOf("G1c-realtime", "registers")).toMatch(
    /overwrote.*, given that what had returned/,
  );
  expect(meaningOf("lost-append")).toBe("what was appended is gone");
});
