import { describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.js";
import { durationMs, namesFrom, positiveNumber, wholeNumber } from "./arguments.js";

describe("a duration", () => {
  it.each([
    ["30", 30_000],
    ["0.5", 500],
    ["500ms", 500],
    ["90s", 90_000],
    ["5m", 300_000],
    ["8h", 28_800_000],
  ])("%s is understood", (text, expected) => {
    expect(durationMs("--time-limit", text)).toBe(expected);
  });

  it.each(["", "0", "-5", "-5s", "soon", "NaN", "Infinity", "5 parsecs"])(
    "%j is refused",
    (text) => {
      expect(() => durationMs("--time-limit", text)).toThrow(UsageError);
      expect(() => durationMs("--time-limit", text)).toThrow(
        `expected --time-limit to be a duration such as 30, 90s, 5m or 8h, got "${text}"`,
      );
    },
  );
});

describe("a name", () => {
  const table = { partition: 1, pause: 2, kill: 3 };

  it("of the table is taken", () => {
    expect(namesFrom("--nemesis", ["pause", "kill"], table)).toEqual(["pause", "kill"]);
  });

  it("that is nearly one is met with a suggestion", () => {
    expect(() => namesFrom("--nemesis", ["pause", "patition"], table)).toThrow(
      'expected --nemesis to be of partition, pause, kill, got "patition": did you mean "partition"?',
    );
  });

  it("that is like none is met with none", () => {
    expect(() => namesFrom("--nemesis", ["earthquake"], table)).toThrow(/got "earthquake"$/);
  });

  it("of JavaScript's own objects is no name", () => {
    expect(() => namesFrom("--nemesis", ["constructor"], table)).toThrow(UsageError);
  });
});

describe("a number", () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("%s is no rate", (value) => {
    expect(() => positiveNumber("--rate", value)).toThrow(
      `expected --rate to be a number above 0, got ${value}`,
    );
  });

  it.each([0, 1.5, Number.NaN, 2 ** 60])("%s is no count from 1 on", (value) => {
    expect(() => wholeNumber("--concurrency", value, 1)).toThrow(UsageError);
  });
});
