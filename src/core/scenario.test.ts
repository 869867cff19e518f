import { describe, expect, it } from "vitest";
import { compareVersions, isAffected } from "./scenario.js";

describe("versions", () => {
  it.each([
    ["3.4.23", "3.4.23", 0],
    ["3.4.9", "3.4.23", -1],
    ["3.10.0", "3.9.9", 1],
    ["3.5.16-4", "3.5.16", 0],
    ["3.6.0-rc.1", "3.5.30", 1],
  ])("%s against %s", (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  });
});

it("knows a version in one of several ranges, without the one that is fixed", () => {
  const bug = { affected: [{ before: "3.4.34" }, { from: "3.5.0", before: "3.5.16" }] };
  expect(isAffected(bug, "3.3.25")).toBe(true);
  expect(isAffected(bug, "3.4.33")).toBe(true);
  expect(isAffected(bug, "3.4.34")).toBe(false);
  expect(isAffected(bug, "3.5.0")).toBe(true);
  expect(isAffected(bug, "3.5.16")).toBe(false);
  expect(isAffected({ affected: [{}] }, "3.9.0")).toBe(true);
  expect(isAffected({ affected: [] }, "3.9.0")).toBe(false);
});
