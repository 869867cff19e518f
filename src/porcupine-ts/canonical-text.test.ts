import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalText } from "./canonical-text.js";

const plainData = fc.jsonValue({ depthSize: "small" });

it("is the same for equal data and for no other", () => {
  fc.assert(
    fc.property(plainData, plainData, (a, b) => {
      // Text has one zero.
      const withoutMinus = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
      const areEqual = isDeepStrictEqual(withoutMinus(a), withoutMinus(b));
      expect(canonicalText(a) === canonicalText(b)).toBe(areEqual);
    }),
  );
});

it("does not depend on the order of keys, map entries or set members", () => {
  expect(canonicalText({ a: 1, b: [2] })).toBe(canonicalText({ b: [2], a: 1 }));
  expect(
    canonicalText(
      new Map([
        [1, "x"],
        [2, "y"],
      ]),
    ),
  ).toBe(
    canonicalText(
      new Map([
        [2, "y"],
        [1, "x"],
      ]),
    ),
  );
  expect(canonicalText(new Set(["p", "q"]))).toBe(canonicalText(new Set(["q", "p"])));
});

it.each([
  [1, "1"],
  [1n, 1],
  [null, undefined],
  [null, "null"],
  [[], {}],
  [[1, 2], ["1,2"]],
  [new Set([1]), [1]],
  [new Map([["a", 1]]), { a: 1 }],
  [NaN, null],
])("tells %o from %o", (a, b) => {
  expect(canonicalText(a)).not.toBe(canonicalText(b));
});

it("refuses what it could not tell apart", () => {
  expect(() => canonicalText(() => 1)).toThrow("got a function");
  expect(() => canonicalText([new Date(0)])).toThrow("got a Date");
});
