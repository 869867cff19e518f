import { describe, expect, it } from "vitest";
import { isAtLeast, versionStep } from "./version-step.js";

describe("versionStep", () => {
  it.each([
    ["3.5.30", "3.5.30", "none"],
    ["3.5.16", "3.5.30", "patch"],
    ["3.5.30", "3.5.16", "patch"],
    ["3.6.0-rc.1", "3.6.0", "patch"],
    ["3.4.23", "3.5.30", "minor upgrade"],
    ["3.9.1", "3.10.0", "minor upgrade"],
    ["3.5.30", "3.4.23", "minor downgrade"],
    ["3.10.0", "3.9.0", "minor downgrade"],
    ["3.4.23", "3.6.0", "skips a minor version"],
    ["3.6.0", "4.0.0", "major"],
    ["latest", "3.5.30", "unknown"],
  ])("from %s to %s: %s", (from, to, step) => {
    expect(versionStep(from, to)).toBe(step);
  });
});

describe("isAtLeast", () => {
  it.each([
    ["3.5.26", "3.5.26", true],
    ["3.5.3", "3.5.26", false],
    ["3.10.0", "3.6", true],
    ["3.5.99", "3.6", false],
    ["4.0.0", "3.6", true],
  ])("%s is at least %s: %s", (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});
