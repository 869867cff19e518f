import fc from "fast-check";
import { expect, it } from "vitest";
import { compareKeys, isInRange } from "./key-range.js";

it("orders keys as their UTF-8 bytes", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it.each([
  ["a", { key: "a" }, true],
  ["a", { key: "a", rangeEnd: "" }, true],
  ["ab", { key: "a" }, false],
  ["ab", { key: "a", rangeEnd: "b" }, true],
  ["b", { key: "a", rangeEnd: "b" }, false],
  ["a", { key: "b", rangeEnd: "\0" }, false],
  ["c", { key: "b", rangeEnd: "\0" }, true],
  ["\u{1f600}", { key: "\0", rangeEnd: "\0" }, true],
  ["\u{1f600}", { key: "a", rangeEnd: "\uffee" }, false],
  ["b", { key: "c", rangeEnd: "a" }, false],
])("says whether %j lies in %j: %s", (key, range, expected) => {
  expect(isInRange(key, range)).toBe(expected);
});
