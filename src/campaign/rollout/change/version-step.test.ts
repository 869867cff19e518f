import { describe, expect, it } from "vitest";
import { pointOfNoReturn, refusalOfStep } from "./version-step.js";

describe("refusalOfStep", () => {
  it("lets patches go up and down, and minor versions up one by one", () => {
    expect(refusalOfStep("3.5.30", "3.5.30")).toBeUndefined();
    expect(refusalOfStep("3.5.30", "3.5.16")).toBeUndefined();
    expect(refusalOfStep("3.4.23", "3.5.30")).toBeUndefined();
  });

  it("refuses all else in a sentence", () => {
    expect(refusalOfStep("3.5.30", "3.4.23")).toMatch(/3\.4\.23 refuses to join .*3\.5\.30/);
    expect(refusalOfStep("3.4.23", "3.6.0")).toMatch(/skips a minor version/);
    expect(refusalOfStep("3.6.0", "4.0.0")).toMatch(/major version/);
    expect(refusalOfStep("main", "3.5.30")).toMatch(/cannot be told/);
  });
});

describe("pointOfNoReturn", () => {
  it("speaks of minor upgrades alone", () => {
    expect(pointOfNoReturn("3.4.23", "3.5.30")).toMatch(/leaves one node unchanged/);
    expect(pointOfNoReturn("3.5.16", "3.5.30")).toBeUndefined();
    expect(pointOfNoReturn("3.5.30", "3.5.30")).toBeUndefined();
  });
});
